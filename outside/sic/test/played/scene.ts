// SPDX-License-Identifier: Apache-2.0
// A signer, a prepared document and its ticket, for the tests of the checks.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { CheckError } from '../../src/checks/error.ts';
import type { IntentDemand } from '../../src/checks/intent.ts';
import { readTicket } from '../../src/checks/ticket.ts';
import type { Pins } from '../../src/pins.ts';
import { ORGANISATION } from './certificate.ts';
import { hash } from './key.ts';
import { plainPdf, type PlayedPrepared, prepare } from './pdf.ts';
import { PlayedSam, type PlayedSigner, type Signed } from './sam.ts';
import { makeTicket } from './ticket.ts';

export const ISSUER = 'http://localhost:8401';
export const SCA = 'http://127.0.0.1:8403';

export interface Scene {
  readonly sam: PlayedSam;
  readonly pins: Pins;
  readonly signer: PlayedSigner;
  readonly prepared: PlayedPrepared;
  readonly ticket: string;
  readonly demand: IntentDemand;
  readonly intent: (demand?: IntentDemand) => Signed;
}

export function pinsOf(sam: PlayedSam): Pins {
  return {
    deploymentId: sam.deploymentId,
    samId: sam.samId,
    samIdentityKey: sam.identity.spki,
    issuer: ISSUER,
    ssaUrl: 'http://127.0.0.1:8402',
    scaUrl: SCA,
    rpId: 'sign.localhost',
    organisation: ORGANISATION,
  };
}

export function nonce(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(32));
}

export function makeScene(): Scene {
  const sam = new PlayedSam();
  const signer = sam.signer({ country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null });
  const prepared = prepare(plainPdf([['Lease contract', 'Rent: 120000 yen']]), signer.certificate);
  const locations = [{ content: `${SCA}/prepared/t/content`, attributes: `${SCA}/prepared/t/attributes` }];
  const ticket = makeTicket(
    ISSUER,
    signer,
    { clientId: 'example', hashes: [prepared.dtbsr], labels: ['契約書.pdf'], locations, thumbprint: new Uint8Array(32).fill(9) },
  );
  const pins = pinsOf(sam);
  const demand: IntentDemand = {
    ticket: readTicket(ticket, pins),
    documents: [{ digest: hash(prepared.content), sizeBytes: prepared.content.length }],
    language: 'ja',
    pageNonce: nonce(),
  };
  return {
    sam,
    pins,
    signer,
    prepared,
    ticket,
    demand,
    intent: (other = demand) => sam.prepare(ticket, other.documents, other.language, other.pageNonce),
  };
}

/** The promise is refused with this code. */
export async function refusedWith(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CheckError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}
