// SPDX-License-Identifier: Apache-2.0
// A ticket for many hashes, of documents that the page does not see.
import { randomBytes } from 'node:crypto';
import type { IntentDemand } from '../../src/checks/intent.ts';
import { readTicket } from '../../src/checks/ticket.ts';
import { PlayedSam, type Signed } from './sam.ts';
import { ISSUER, nonce, pinsOf } from './scene.ts';
import { makeTicket } from './ticket.ts';

export interface LongScene {
  readonly sam: PlayedSam;
  readonly demand: IntentDemand;
  readonly intent: () => Signed;
}

export function sceneOf(count: number): LongScene {
  const sam = new PlayedSam();
  const signer = sam.signer({ country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null });
  const hashes = Array.from({ length: count }, () => new Uint8Array(randomBytes(32)));
  const text = makeTicket(ISSUER, signer, { clientId: 'example', hashes, labels: hashes.map((_, at) => `契約書 ${at + 1}`) });
  const documents = hashes.map(() => ({ digest: null, sizeBytes: 0 }));
  const demand = { ticket: readTicket(text, pinsOf(sam)), documents, language: 'ja', pageNonce: nonce() };
  return { sam, demand, intent: () => sam.prepare(text, documents, 'ja', demand.pageNonce) };
}
