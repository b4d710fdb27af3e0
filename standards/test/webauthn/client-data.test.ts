// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, utf8 } from '../../bytes/index.ts';
import { parseClientData, WebauthnError } from '../../webauthn/index.ts';

const CHALLENGE = 'r2An_Gw-14_q_paJ8phuf9Rk9YdjbGFBjGxFJMbdqV4';
const GOOD = `{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"https://example.org","crossOrigin":false}`;

test('members that we do not know are passed over; those that may be left out have their meaning', () => {
  const more = parseClientData(utf8(GOOD.replace('}', ',"other_keys_can_be_added_here":"do not compare","tokenBinding":{"status":"supported"}}')));
  assert.deepEqual([more.type, more.origin, more.crossOrigin, more.topOrigin], ['webauthn.get', 'https://example.org', false, null]);
  assert.equal(parseClientData(utf8(GOOD.replace(',"crossOrigin":false', ''))).crossOrigin, false);
});

const bad: readonly (readonly [string, Uint8Array])[] = [
  ['a byte order mark', concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(GOOD))],
  ['a member twice', utf8(GOOD.replace('{', '{"type":"webauthn.create",'))],
  ['a member twice, once with an escape in its name', utf8(GOOD.replace('}', ',"\\u0074ype":"webauthn.get"}'))],
  ['a member twice, deeper down', utf8(GOOD.replace('}', ',"a":{"b":1,"b":2}}'))],
  ['something behind it', utf8(`${GOOD}{}`)],
  ['a zero byte behind it', concat(utf8(GOOD), Uint8Array.of(0))],
  ['bytes that are not UTF-8', concat(utf8(GOOD.slice(0, -1)), utf8(',"x":"'), Uint8Array.of(0xc3, 0x28), utf8('"}'))],
  ['an over-long encoding', concat(utf8(GOOD.slice(0, -1)), utf8(',"x":"'), Uint8Array.of(0xc0, 0xaf), utf8('"}'))],
  ['nothing', new Uint8Array(0)],
  ['a list', utf8(`[${GOOD}]`)],
  ['null', utf8('null')],
  ['a comment', utf8(`${GOOD}// end`)],
  ['a type that is a number', utf8(GOOD.replace('"webauthn.get"', '1'))],
  ['no type', utf8(GOOD.replace('"type":"webauthn.get",', ''))],
  ['no challenge', utf8(GOOD.replace(`"challenge":"${CHALLENGE}",`, ''))],
  ['no origin', utf8(GOOD.replace('"origin":"https://example.org",', ''))],
  ['a list of origins', utf8(GOOD.replace('"https://example.org"', '["https://example.org"]'))],
  ['a top origin that is null', utf8(GOOD.replace('}', ',"topOrigin":null}'))],
  ['great depth', utf8(GOOD.replace('}', `,"a":${'['.repeat(40)}${']'.repeat(40)}}`))],
  ['a prototype', utf8(GOOD.replace('}', ',"__proto__":{"crossOrigin":false}}'))],
  ['a megabyte', utf8(GOOD.replace('}', `,"a":"${'x'.repeat(1_048_576)}"}`))],
];
for (const [what, json] of bad) {
  test(`client data with ${what} is refused`, () => {
    assert.throws(() => parseClientData(json), (error) => error instanceof WebauthnError && error.code === 'client_data_malformed');
  });
}

test('the refusal does not quote what was sent', () => {
  assert.throws(() => parseClientData(utf8('{"secret":')), (error) => error instanceof Error && !error.message.includes('secret'));
});
