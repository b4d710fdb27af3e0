// SPDX-License-Identifier: Apache-2.0
// The house's own signed attributes are written again from what was read. SignedData carries what we pass over (revocation data, other kinds of
// certificates), so it is compared as DER. What others wrote may be BER: for it the promise is to come to an end.
import { octetString, oid, sequence, setOf } from '@sigillo/standards/asn1';
import * as cms from '@sigillo/standards/cms';
import { parseName } from '@sigillo/standards/x509';
import { derMutation } from '../mutate-der.ts';
import type { Parser } from '../parser.ts';
import { derAgain } from './der-again.ts';
import { isDerRefusalOr } from './refusals.ts';
import { CERTIFICATES, ES256, filler, ISSUER, sha256 } from './sample-der.ts';

function parser(name: string, valid: readonly Uint8Array[], respell: (input: Uint8Array) => Uint8Array): Parser<Uint8Array> {
  return { name, valid, mutations: [derMutation], isRefusal: isDerRefusalOr(cms.CmsError), respell, share: 1 / 5 };
}

const certHash = sha256(CERTIFICATES[0]!);
const ATTRIBUTES: readonly Uint8Array[] = [
  cms.encodeSignedAttributes({ contentType: cms.CONTENT_TYPE.data, messageDigest: filler(32, 1), signingCertificateV2: { hashAlgorithm: 'sha256', certHash } }),
  cms.encodeSignedAttributes({
    contentType: cms.CONTENT_TYPE.timeStampInfo,
    messageDigest: filler(48, 1),
    signingCertificateV2: { hashAlgorithm: 'sha384', certHash: filler(48, 2), issuerSerial: { issuer: ISSUER, serialNumber: filler(16, 0x5a) } },
  }),
];
const FOREIGN = setOf(
  sequence(oid('1.2.840.113549.1.9.3'), setOf(oid(cms.CONTENT_TYPE.data))),
  sequence(oid('1.2.840.113549.1.9.4'), setOf(octetString(filler(32, 3)))),
  sequence(oid('1.2.840.113549.1.9.16.2.12'), setOf(sequence(sequence(sequence(octetString(filler(20, 4))))))),
  sequence(oid('2.999.3'), setOf(octetString(filler(3, 5)))),
);

/** Signed by nobody, with a sequence where a certificate would be: parsers do not ask, and small inputs go further. */
export function sampleSignedData(contentType: string, content: Uint8Array | null, timeStampToken?: Uint8Array): Uint8Array {
  return cms.encodeSignedData({
    contentType,
    content,
    certificates: [sequence(octetString(filler(4, 8)))],
    signer: {
      certificate: { issuer: parseName(ISSUER), serialNumber: filler(4, 0x5a) },
      digestAlgorithm: 'sha256',
      signedAttributes: ATTRIBUTES[0]!,
      signatureAlgorithm: ES256,
      signature: filler(70, 6),
      ...(timeStampToken === undefined ? {} : { timeStampToken }),
    },
  });
}

const SIGNED = [sampleSignedData(cms.CONTENT_TYPE.data, null), sampleSignedData(cms.CONTENT_TYPE.data, filler(20, 7), sequence(oid('2.999.4')))];

function readThrough(input: Uint8Array, encoding: 'der' | 'ber'): void {
  const signer = cms.onlySigner(cms.parseSignedData(input, encoding));
  cms.signatureTimeStampTokens(signer);
  if (signer.signedAttributes !== null) cms.parseForeignSignedAttributes(signer.signedAttributes);
}

export const ofCms: readonly Parser<Uint8Array>[] = [
  parser('signed-attributes', ATTRIBUTES, (input) => cms.encodeSignedAttributes(cms.parseSignedAttributes(input))),
  parser('foreign-signed-attributes', [...ATTRIBUTES, FOREIGN], (input) => {
    cms.parseForeignSignedAttributes(input);
    return derAgain(input);
  }),
  parser('signed-data', SIGNED, (input) => {
    readThrough(input, 'der');
    return derAgain(input);
  }),
  parser('foreign-signed-data', SIGNED, (input) => {
    readThrough(input, 'ber');
    return input;
  }),
];
