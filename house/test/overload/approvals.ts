// SPDX-License-Identifier: Apache-2.0
// Approved hashes, ready to be signed: the signers' part is done before the clock runs. The token of an approval is read off the request that the
// SDK would send.
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Approval } from '@sigillo/sdk';
import { toBase64 } from '@sigillo/standards/bytes';
import type { Instance } from '../../src/instance.ts';
import { approved, openApplication, type Application } from '../played/application.ts';
import { PlayedSigner } from '../played/signer.ts';
import { newItems } from '../chaos/players/player.ts';

/** The most that one approval may hold. */
const ITEMS = 100;

export interface Signer {
  readonly signer: PlayedSigner;
  readonly application: Application;
}

export async function newSigners(instance: Instance, count: number): Promise<Signer[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const signer = new PlayedSigner(instance.addresses);
    await signer.enrol({ givenName: 'Ada', surname: 'Lovelace', country: 'GB' });
    await signer.logIn();
    return { signer, application: await openApplication(instance, signer, 'bearer') };
  }));
}

/** Writes a file for the driver with at least so many hashes. */
export async function approveInto(file: string, signers: readonly Signer[], hashes: number): Promise<void> {
  writeFileSync(file, '');
  let wanted = Math.ceil(hashes / ITEMS);
  const work = async ({ signer, application }: Signer): Promise<void> => {
    while (wanted-- > 0) {
      const items = newItems(ITEMS);
      const approval = await approved(application, signer, items);
      const line = { token: await tokenOf(approval, items[0]!.hash), credentialId: application.credential.credentialID, hashes: items.map(({ hash }) => toBase64(hash)) };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    }
  };
  await Promise.all(signers.map(work));
}

class NotSent extends Error {}

/** Asks for a signature and keeps the request from leaving. */
async function tokenOf(approval: Approval, hash: Uint8Array): Promise<string> {
  const plain = globalThis.fetch;
  let token: string | undefined;
  // The SDK calls fetch before it waits for anything, for a client without DPoP.
  globalThis.fetch = (_url, init) => {
    token = new Headers(init?.headers).get('authorization')?.replace(/^Bearer /, '');
    return Promise.reject(new NotSent());
  };
  const asked = approval.signHash([hash]);
  globalThis.fetch = plain;
  await asked.catch((cause: unknown) => {
    if (token === undefined) throw cause;
  });
  if (token === undefined) throw new Error('the SDK did not ask at once');
  return token;
}
