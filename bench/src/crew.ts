// SPDX-License-Identifier: Apache-2.0
// Signers who enrolled through the doors, and whose keys are active.
import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { toHex } from '@sigillo/standards/bytes';
import { signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { type Instance, type Played, played, type Signer } from './by-address.ts';
import type { Holder } from './client/setting.ts';
import type { Signed } from './generator/signatures.ts';

export interface Member {
  readonly signer: Signer;
  readonly holder: Holder;
  readonly publicKey: KeyObject;
}

const PERSON = { givenName: 'Ada', surname: 'Lovelace', country: 'GB' } as const;

export async function openCrew(instance: Instance, size: number): Promise<readonly Member[]> {
  const parts = await played();
  return Promise.all(Array.from({ length: size }, () => newMember(parts, instance)));
}

async function newMember(parts: Played, { addresses }: Instance): Promise<Member> {
  const signer = parts.newSigner(addresses);
  await signer.enrol(PERSON);
  await signer.logIn();
  const { signerId, keys } = await signer.history();
  const key = keys.find(({ state }) => state === 'active');
  if (key === undefined || key.certificate === null) throw new Error('the signer has no active key');
  const { publicKey } = new X509Certificate(key.certificate);
  return { signer, publicKey, holder: { signerId: toHex(signerId), keyId: toHex(key.keyId), signAlgo: signAlgoOf(publicKey), passkey: signer.passkey.stored } };
}

function signAlgoOf({ asymmetricKeyType }: KeyObject): string {
  return signatureAlgorithmParts(asymmetricKeyType === 'rsa' ? { scheme: 'rsa-pkcs1', hash: 'sha256' } : { scheme: 'ecdsa', hash: 'sha256' }).oid;
}

/** Throws unless each signature over its content is that of the key of which it was asked. */
export function proveSigned(publicKeys: ReadonlyMap<string, KeyObject>, sample: readonly Signed[]): void {
  if (sample.length === 0) throw new Error('nothing was signed');
  for (const { keyId, content, signature } of sample) {
    const publicKey = publicKeys.get(keyId);
    if (publicKey === undefined || !verify('sha256', content, publicKey, signature)) throw new Error('a signature does not verify');
  }
}
