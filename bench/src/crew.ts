// SPDX-License-Identifier: Apache-2.0
// Signers who enrolled through the doors, and whose keys are active.
import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { type Application, type Instance, type Played, played, type Signer } from './by-address.ts';
import type { Holder } from './client/setting.ts';
import type { Signed } from './generator/signatures.ts';

/** Somebody with a key, and how to verify what it signed. */
export interface Known {
  readonly holder: Holder;
  readonly publicKey: KeyObject;
}

export interface Member extends Known {
  readonly signer: Signer;
  readonly application: Application;
}

const PERSON = { givenName: 'Ada', surname: 'Lovelace', country: 'GB' } as const;

/** The processes of the crypto module; a key belongs to one of them by the last byte of its id. */
const MODULE_PROCESSES = 2;

/**
 * As many signers as that, of whom each process of the crypto module has the same share, in turns: with many signers that is how it is, with a few it would be
 * a matter of luck how much of the module can work.
 */
export async function openCrew(instance: Instance, size: number): Promise<readonly Member[]> {
  const parts = await played();
  const shares: Member[][] = Array.from({ length: MODULE_PROCESSES }, () => []);
  const share = size / MODULE_PROCESSES;
  while (shares.some(({ length }) => length < share)) {
    const more = await Promise.all(Array.from({ length: share }, () => newMember(parts, instance)));
    for (const member of more) shares[Number.parseInt(member.holder.keyId.slice(-2), 16) % MODULE_PROCESSES]!.push(member);
  }
  return Array.from({ length: share }, (_, at) => shares.map((members) => members[at]!)).flat();
}

async function newMember(parts: Played, instance: Instance): Promise<Member> {
  const signer = parts.newSigner(instance.addresses);
  await signer.enrol(PERSON);
  await signer.logIn();
  const application = await parts.openApplication(instance, signer, 'bearer');
  const { credentialID: keyId, key, cert } = application.credential;
  const { publicKey } = new X509Certificate(Buffer.from(cert.certificates?.[0] ?? '', 'base64'));
  return { signer, application, publicKey, holder: { signerId: subjectOf(signer.session.token), keyId, signAlgo: key.algo[0]!, passkey: signer.passkey.stored } };
}

function subjectOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { readonly sub: string }).sub;
}

/** Throws unless each signature over its content is that of the key of which it was asked. */
export function proveSigned(publicKeys: ReadonlyMap<string, KeyObject>, sample: readonly Signed[]): void {
  if (sample.length === 0) throw new Error('nothing was signed');
  for (const { keyId, content, signature } of sample) {
    const publicKey = publicKeys.get(keyId);
    if (publicKey === undefined || !verify('sha256', content, publicKey, signature)) throw new Error('a signature does not verify');
  }
}
