// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samRefusals } from '@sigillo/doors/sam';
import { HISTORY_EVENTS, KEY_STATES } from '@sigillo/doors/sap';
import { PDF_ERROR_CODES } from '@sigillo/standards/pdf';
import { keyOfCode } from '../../src/text/explain.ts';
import { en } from '../../src/text/en.ts';
import { ja } from '../../src/text/ja.ts';
import { chooseLanguage } from '../../src/text/language.ts';
import { NOTICE_CODES } from '../../src/viewer/protocol.ts';

/** Every path of a catalogue with what stands there; functions with their number of parameters. */
function paths(value: unknown, path: string = ''): string[] {
  if (typeof value === 'string') return [`${path} text`];
  if (typeof value === 'function') return [`${path} function of ${value.length}`];
  return Object.entries(value as object).flatMap(([name, member]) => paths(member, `${path}.${name}`));
}

test('both languages have the same entries, none empty', () => {
  assert.deepEqual(paths(ja).toSorted(), paths(en).toSorted());
  const texts = (value: unknown): string[] => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []);
  for (const text of [...texts(en), ...texts(ja)]) assert.ok(text.trim() !== '');
});

test('a signer reads no inner terms outside of the technical details', () => {
  const { details: _en, ...restEn } = en;
  const { details: _ja, ...restJa } = ja;
  for (const catalogue of [restEn, restJa]) assert.doesNotMatch(JSON.stringify(catalogue), /\b(?:SAD|SAM|DTBS|SSA|SCA)\b/);
});

test('every refusal of the SAM and every reason against a PDF has words', () => {
  const others = [
    'document_unknown',
    'documents_too_many',
    'signing_refused',
    'request_expired',
    'invalid_token',
    'rate_limited',
    'ticket_of_another_signer',
    'login_unknown',
    'approval_ended',
  ];
  for (const code of [...Object.keys(samRefusals), ...PDF_ERROR_CODES, ...others]) assert.notEqual(keyOfCode(code), null, code);
});

test('every event, state and notice has words', () => {
  for (const event of HISTORY_EVENTS) assert.ok(event in en.keys.events, event);
  for (const state of KEY_STATES) assert.ok(state in en.keys.states, state);
  for (const code of NOTICE_CODES) assert.ok(code in en.document.notices, code);
});

test('the language: kept, else of the browser, else English', () => {
  assert.equal(chooseLanguage('ja', ['en']), 'ja');
  assert.equal(chooseLanguage('xx', ['fr', 'ja-JP', 'en']), 'ja');
  assert.equal(chooseLanguage(null, ['fr']), 'en');
  assert.equal(chooseLanguage(null, ['jam']), 'en');
});
