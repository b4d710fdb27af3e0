// SPDX-License-Identifier: Apache-2.0
// A request of the plain kind is written again from what was read; one with extensions or a name that mean nothing to us, and responses, are compared as DER.
import { octetString, sequence } from '@sigillo/standards/asn1';
import * as ocsp from '@sigillo/standards/ocsp';
import { publicKeyBits } from '@sigillo/standards/x509';
import { derMutation } from '../mutate-der.ts';
import type { Parser } from '../parser.ts';
import { derAgain } from './der-again.ts';
import { isDerRefusalOr } from './refusals.ts';
import { ES256, filler, ISSUER, sha256, SPKI_EC } from './sample-der.ts';

function parser(name: string, valid: readonly Uint8Array[], respell: (input: Uint8Array) => Uint8Array): Parser<Uint8Array> {
  return { name, valid, mutations: [derMutation], isRefusal: isDerRefusalOr(ocsp.OcspError), respell, share: 1 / 5 };
}

const issuer = { name: ISSUER, keyBits: publicKeyBits(SPKI_EC) };
const IDS = (['sha1', 'sha256'] as const).map((hash) => ocsp.encodeCertificateId(hash, issuer, filler(16, 0x33), (_hash, bytes) => sha256(bytes)));
const REQUESTS = [
  ocsp.encodeOcspRequest({ certificateIds: IDS, nonce: filler(32, 1) }),
  ocsp.encodeOcspRequest({ certificateIds: IDS.slice(1), nonce: null }),
];
const times = { thisUpdateMs: Date.UTC(2026, 0, 1), nextUpdateMs: Date.UTC(2026, 0, 2) };
const STATUSES: readonly ocsp.CertificateStatus[] = [
  { status: 'good' },
  { status: 'unknown' },
  { status: 'revoked', revokedAtMs: Date.UTC(2025, 5, 1), reason: 'keyCompromise' },
];
const RESPONSES = [
  ...STATUSES.map((certificateStatus, i) =>
    ocsp.assembleOcspResponse(
      ocsp.buildTbsResponse({
        responderKeyHash: filler(20, 4),
        producedAtMs: times.thisUpdateMs,
        responses: [{ certificateId: IDS[i % 2]!, certificateStatus, ...times }],
        nonce: i === 0 ? null : filler(16, 2),
      }),
      ES256,
      filler(70, 5),
      i === 0 ? [sequence(octetString(filler(4, 8)))] : [],
    ),
  ),
  ocsp.encodeOcspRefusal('tryLater'),
];

export const ofOcsp: readonly Parser<Uint8Array>[] = [
  parser('ocsp-request', REQUESTS, (input) => {
    const { ids, nonce } = ocsp.parseOcspRequest(input);
    const ours = ocsp.encodeOcspRequest({ certificateIds: ids.map(({ encoded }) => encoded), nonce });
    return ours.length === input.length ? ours : derAgain(input);
  }),
  parser('ocsp-response', RESPONSES, (input) => {
    ocsp.parseOcspResponse(input);
    return derAgain(input);
  }),
];
