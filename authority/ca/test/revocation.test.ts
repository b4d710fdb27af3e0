// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { proveRevocation } from '../src/revocation.ts';
import { newCast, type RevocationBends, signedOrder, signedRevocation } from './played.ts';

const NOW = 1_795_000_000;
const cast = newCast();
const other = newCast();

test('a revocation in order is proven, with the reason that the officers signed', () => {
  assert.equal(proveRevocation(cast.pins, signedRevocation(cast, NOW), NOW + 5).reason, 'keyCompromise');
  const officers = [cast.first, cast.second, cast.registrar];
  assert.equal(proveRevocation(cast.pins, signedRevocation(cast, NOW, { officers, command: { reason: 'superseded' } }), NOW).reason, 'superseded');
});

const bent: readonly (readonly [string, RevocationBends, string])[] = [
  ['signed by somebody who is not the SAM', { samKey: other.samKey }, 'order_signature'],
  ['of another deployment', { revocation: { deploymentId: randomBytes(16) } }, 'order_other_deployment'],
  ['of another SAM', { revocation: { samId: randomBytes(16) } }, 'order_other_deployment'],
  ['whose command is of another deployment', { command: { deploymentId: randomBytes(16) } }, 'order_other_deployment'],
  ['that is old', { revocation: { issued: NOW - 3700 } }, 'order_stale'],
  ['from the future', { revocation: { issued: NOW + 3700 } }, 'order_stale'],
  ['whose command is another one', { command: { operation: 'suspend' } }, 'revocation_command'],
  ['whose command is for another key', { command: { keyId: randomBytes(16) } }, 'revocation_command'],
  ['whose command is no command', { revocation: { command: Uint8Array.of(0xa0) } }, 'order_malformed'],
  ['signed by one officer alone', { officers: [cast.first] }, 'revocation_approvals_too_few'],
  ['signed by no officer', { officers: [] }, 'revocation_approvals_too_few'],
  ['signed twice by one officer', { officers: [cast.first, cast.first] }, 'revocation_approval'],
  ['signed by a stranger', { officers: [cast.first, other.first] }, 'revocation_approval'],
  ['signed as something else', { signedAs: 'suspend' }, 'revocation_approval'],
  ['signed for another command', { signedBody: randomBytes(100) }, 'revocation_approval'],
];
for (const [what, bends, code] of bent) {
  test(`a revocation ${what} is refused`, () => {
    assert.throws(() => proveRevocation(cast.pins, signedRevocation(cast, NOW, bends), NOW), { code });
  });
}

test('two names of one person are one', () => {
  const officers = new Map(cast.pins.officers);
  const [registrar, first] = [...officers.values()];
  officers.set(first!.officerId, { ...first!, personId: registrar!.personId });
  assert.throws(() => proveRevocation({ ...cast.pins, officers }, signedRevocation(cast, NOW), NOW), { code: 'revocation_approval' });
});

test('an order is no revocation, and a changed byte anywhere is refused', () => {
  assert.throws(() => proveRevocation(cast.pins, signedOrder(cast, NOW), NOW), { code: 'order_signature' });
  const signed = signedRevocation(cast, NOW);
  for (let at = 0; at < signed.statement.length; at += 13) {
    const statement = Uint8Array.from(signed.statement);
    statement[at]! ^= 1;
    assert.throws(() => proveRevocation(cast.pins, { ...signed, statement }, NOW), { code: 'order_signature' });
  }
});
