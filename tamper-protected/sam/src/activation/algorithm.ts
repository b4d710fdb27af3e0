// SPDX-License-Identifier: Apache-2.0
import {
  allowHash,
  allowSignature,
  hashByOid,
  isSha2,
  type KeyKind,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmParts,
} from '@sigillo/standards/algorithms';
import { keyKindOf, parsePublicKey } from '@sigillo/standards/x509';
import { toHex } from '@sigillo/standards/bytes';
import { RecentMap } from '@sigillo/wire';
import type { SigningKeyRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import type { Ticket } from '../ticket/read-ticket.ts';

/**
 * Fields 15 and 16: what the application asked for, or the key's own way with this hash; allowed by the dated policy and fitting key and
 * hash.
 */
export function chosenAlgorithm(
  state: State,
  ticket: Ticket,
  key: SigningKeyRow,
): { readonly signatureAlgorithm: string; readonly signatureParameters: Uint8Array | null } {
  return refuseAs('algorithm_not_allowed', () => {
    const hash = hashByOid(ticket.hashAlgorithm);
    const kind = kindOf(key.publicKey);
    if (!isSha2(hash)) throw new SamRefusal('algorithm_not_allowed');
    const own: SignatureAlgorithm = kind.kind === 'ec' ? { scheme: 'ecdsa', hash } : { scheme: 'rsa-pkcs1', hash };
    const algorithm = ticket.signatureAlgorithm === null ? own : signatureAlgorithmOf({ oid: ticket.signatureAlgorithm, parameters: null });
    if (!('hash' in algorithm) || algorithm.hash !== hash) throw new SamRefusal('algorithm_not_allowed');
    const { policy } = state.deployment;
    allowHash(policy.algorithms, hash, state.clock.milliseconds());
    allowSignature(policy.algorithms, 'sign', algorithm, kind, state.clock.milliseconds());
    return { signatureAlgorithm: signatureAlgorithmParts(algorithm).oid, signatureParameters: null };
  });
}

const KINDS_MAX = 4096;
const kinds = new RecentMap<string, KeyKind>(KINDS_MAX);

/** Taking a public key apart costs more than the rest of Prepare does with it, and it always says the same. */
function kindOf(publicKey: Uint8Array): KeyKind {
  const name = toHex(publicKey);
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = keyKindOf(parsePublicKey(publicKey));
  kinds.set(name, kind);
  return kind;
}

/** What a key signs with, preferred first, as the CSC door shows it. */
export function signatureAlgorithmsOf(publicKey: Uint8Array): string[] {
  const kind = kindOf(publicKey);
  const algorithms: SignatureAlgorithm[] =
    kind.kind === 'ec'
      ? [{ scheme: 'ecdsa', hash: kind.curve === 'P-256' ? 'sha256' : 'sha384' }]
      : [
          { scheme: 'rsa-pkcs1', hash: 'sha256' },
          { scheme: 'rsa-pkcs1', hash: 'sha384' },
          { scheme: 'rsa-pkcs1', hash: 'sha512' },
        ];
  return algorithms.map((algorithm) => signatureAlgorithmParts(algorithm).oid);
}
