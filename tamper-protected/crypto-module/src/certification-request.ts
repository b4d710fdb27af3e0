// SPDX-License-Identifier: Apache-2.0
// The module builds the certification request itself, so that "sign a request" can never be used to sign something else.
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { sameBytes } from '@sigillo/standards/bytes';
import { assembleCertificationRequest, buildCertificationRequestInfo, parseName, parsePublicKey } from '@sigillo/standards/x509';
import type { Driver, KeyHandle } from './driver.ts';
import { CryptoModuleError } from './error.ts';
import { verifyMessage } from './software/key-pair.ts';
import type { ProvenCertificationTicket } from './tickets.ts';

export async function certificationRequest(driver: Driver, key: KeyHandle, ticket: ProvenCertificationTicket): Promise<Uint8Array> {
  if (!sameBytes(key.publicKey, ticket.publicKey)) throw new CryptoModuleError('ticket_other_key');
  const algorithm = requestAlgorithm(ticket.publicKey);
  checkName(ticket.subject);
  const info = buildCertificationRequestInfo({ subject: ticket.subject, spki: ticket.publicKey });
  const signature = await driver.signMessage(key, algorithm, info);
  verifyMessage(ticket.publicKey, algorithm, info, signature);
  return assembleCertificationRequest(info, algorithm, signature);
}

/** A request for something that is no Name would be signed, and refused by whoever reads it. */
function checkName(subject: Uint8Array): void {
  try {
    parseName(subject);
  } catch (cause) {
    throw new CryptoModuleError('ticket_malformed', { cause });
  }
}

function requestAlgorithm(spki: Uint8Array): SignatureAlgorithm {
  const key = parsePublicKey(spki);
  switch (key.kind) {
    case 'ec':
      return { scheme: 'ecdsa', hash: key.curve === 'P-256' ? 'sha256' : 'sha384' };
    case 'rsa':
      return { scheme: 'rsa-pkcs1', hash: 'sha256' };
    case 'ed25519':
    case 'ml-dsa-65':
      return { scheme: key.kind };
  }
}
