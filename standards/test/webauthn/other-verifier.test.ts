// SPDX-License-Identifier: Apache-2.0
// The same answers to us and to a widely used library: what we accept it accepts, and what it refuses we refuse. We are stricter about frames of others, reserved
// flags and extensions.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import fc from 'fast-check';
import { toBase64url } from '../../bytes/index.ts';
import { type Assertion, verifyAssertion, WebauthnError } from '../../webauthn/index.ts';
import { sha256, verify } from '../pki/keys.ts';
import { answer, type Change, expectation, FLAG, newPasskey, ORIGIN, type Passkey, RP_ID } from './software-authenticator.ts';

const passkeys = (['p256', 'p384', 'rsa-pkcs1', 'ed25519'] as const).map((kind) => newPasskey(kind));
const challenge = randomBytes(32);

const changes: fc.Arbitrary<Change> = fc.record(
  {
    type: fc.constantFrom('webauthn.get', 'webauthn.create'),
    challenge: fc.constantFrom(toBase64url(challenge), toBase64url(randomBytes(32))),
    origin: fc.constantFrom(ORIGIN, 'https://example.org'),
    more: fc.constantFrom('', ',"crossOrigin":false', ',"crossOrigin":true', ',"x":1'),
    rpId: fc.constantFrom(RP_ID, 'localhost'),
    flags: fc.constantFrom(FLAG.UP | FLAG.UV, FLAG.UP, FLAG.UV, FLAG.UP | FLAG.UV | FLAG.BS, FLAG.UP | FLAG.UV | 0x02),
    signature: fc.constantFrom<Change['signature'] & {}>((honest) => honest, (honest) => honest.map((byte, i) => (i === 9 ? byte ^ 1 : byte)), (honest) => honest.subarray(1)),
  },
  { requiredKeys: [] },
);

test('whatever we accept, the library accepts too', async () => {
  let accepted = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...passkeys), changes, async (passkey, change) => {
      const assertion = answer(passkey, challenge, change);
      const [ours, theirs] = [oursAccepts(passkey, assertion), await theirsAccepts(passkey, assertion)];
      if (ours) accepted += 1;
      else refused += 1;
      const stricter = change.more === ',"crossOrigin":true' || change.flags === (FLAG.UP | FLAG.UV | 0x02);
      assert.ok(stricter ? !ours : ours === theirs, `ours ${ours}, theirs ${theirs}`);
    }),
    { numRuns: 150, examples: passkeys.map((passkey) => [passkey, {}]) },
  );
  assert.ok(accepted > 3 && refused > 3);
});

function oursAccepts(passkey: Passkey, assertion: Assertion): boolean {
  try {
    return verifyAssertion(assertion, expectation(passkey, challenge), { sha256, verify }).signCount === 7;
  } catch (error) {
    assert.ok(error instanceof WebauthnError);
    return false;
  }
}

async function theirsAccepts(passkey: Passkey, assertion: Assertion): Promise<boolean> {
  const id = toBase64url(assertion.credentialId);
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          authenticatorData: toBase64url(assertion.authenticatorData),
          clientDataJSON: toBase64url(assertion.clientDataJson),
          signature: toBase64url(assertion.signature),
        },
      },
      expectedChallenge: toBase64url(challenge),
      expectedOrigin: ORIGIN,
      expectedRPID: RP_ID,
      credential: { id, publicKey: new Uint8Array(passkey.coseKey), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}
