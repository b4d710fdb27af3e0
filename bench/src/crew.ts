// SPDX-License-Identifier: Apache-2.0
// Signers with active keys, and an application for each that may ask.
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import type { Approval, ToBeSigned } from '@sigillo/sdk';
import { sha256 } from '@sigillo/wire';
import { type Application, type Instance, type Played, played, type Signer } from './by-address.ts';

export interface Pair {
  readonly signer: Signer;
  readonly application: Application;
  readonly approve: (documents: readonly ToBeSigned[]) => Promise<Approval>;
}

export interface Crew {
  readonly bearer: readonly Pair[];
  readonly dpop: readonly Pair[];
}

const CREW = 8;

export async function openCrew(instance: Instance): Promise<Crew> {
  const parts = await played();
  const signers = await Promise.all(Array.from({ length: CREW }, () => newSigner(parts, instance)));
  // A signer's browser is at one place at a time.
  const bearer = await Promise.all(signers.map((signer) => newPair(parts, instance, signer, 'bearer')));
  return { bearer, dpop: await Promise.all(signers.map((signer) => newPair(parts, instance, signer, 'dpop'))) };
}

async function newSigner(parts: Played, { addresses }: Instance): Promise<Signer> {
  const signer = parts.newSigner(addresses);
  await signer.enrol({ givenName: 'Ada', surname: 'Lovelace', country: 'GB' });
  await signer.logIn();
  return signer;
}

async function newPair(parts: Played, instance: Instance, signer: Signer, tokens: 'bearer' | 'dpop'): Promise<Pair> {
  const application = await parts.openApplication(instance, signer, tokens);
  return { signer, application, approve: (documents) => parts.approved(application, signer, documents) };
}

export interface Content extends ToBeSigned {
  readonly content: Uint8Array;
}

export function newContents(count: number): Content[] {
  return Array.from({ length: count }, (_, n) => {
    const content = randomBytes(64);
    return { content, hash: sha256(content), label: `file ${n + 1}` };
  });
}

/** Throws unless the signature over the content is that of the pair's certificate. */
export function proveSigned({ application }: Pair, { content }: Content, signature: Uint8Array | undefined): void {
  const certificate = new X509Certificate(Buffer.from(application.credential.cert.certificates?.[0] ?? '', 'base64'));
  if (signature === undefined || !verify('sha256', content, certificate.publicKey, signature)) throw new Error('a signature does not verify');
}
