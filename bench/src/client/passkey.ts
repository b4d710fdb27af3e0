// SPDX-License-Identifier: Apache-2.0
// A passkey with the browser around it, as cheap as it can be: one signature for each answer (WebAuthn Level 3 section 6.3.3).
import { createPrivateKey, sign } from 'node:crypto';
import { concat, toBase64url, utf8 } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import type { Holder, Setting } from './setting.ts';

const USER_PRESENT_AND_VERIFIED = 0x05;

export function passkeyOf({ passkey }: Holder, { rpId, signOrigin }: Setting): (challenge: Uint8Array) => object {
  const key = createPrivateKey({ key: Buffer.from(passkey.privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
  const authenticatorData = concat(sha256(utf8(rpId)), Uint8Array.of(USER_PRESENT_AND_VERIFIED), new Uint8Array(4));
  return (challenge) => {
    const clientDataJson = utf8(JSON.stringify({ type: 'webauthn.get', challenge: toBase64url(challenge), origin: signOrigin, crossOrigin: false }));
    const signature = sign('sha256', concat(authenticatorData, sha256(clientDataJson)), key);
    const signed = { authenticatorData: toBase64url(authenticatorData), clientDataJson: toBase64url(clientDataJson), signature: toBase64url(signature) };
    return { credentialId: passkey.credentialId, ...signed, userHandle: null };
  };
}
