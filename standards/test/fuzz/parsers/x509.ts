// SPDX-License-Identifier: Apache-2.0
// Certificates, requests and lists are written again from their parts: what the parser gives as bytes stands as it is, everything else by the writers. An
// octet that it passed over without keeping it would be missing. Of a list, entries may carry extensions that mean nothing to us: those are compared
// as DER only.
import { bitString, explicit, integer, oid, raw, sequence, setOf, time } from '@sigillo/standards/asn1';
import * as x509 from '@sigillo/standards/x509';
import { derMutation } from '../mutate-der.ts';
import type { AnyParser, Parser } from '../parser.ts';
import { derAgain } from './der-again.ts';
import { isDerRefusal } from './refusals.ts';
import { CERTIFICATES, ED, ES256, filler, ISSUER, NAME, SPKI_EC, SPKI_ED, SPKI_RSA } from './sample-der.ts';

function parser(name: string, valid: readonly Uint8Array[], respell: (input: Uint8Array) => Uint8Array, share: number = 1): Parser<Uint8Array> {
  return { name, valid, mutations: [derMutation], isRefusal: isDerRefusal, respell, share };
}

const REQUESTS = [SPKI_EC, SPKI_ED].map((spki) =>
  x509.assembleCertificationRequest(x509.buildCertificationRequestInfo({ subject: NAME, spki }), ES256, filler(71, 3)),
);

const LISTS = [0, 2].map((count) =>
  x509.assembleRevocationList(
    x509.buildTbsRevocationList({
      signatureAlgorithm: ED,
      issuer: ISSUER,
      thisUpdateMs: Date.UTC(2026, 0, 1),
      nextUpdateMs: Date.UTC(2026, 0, 2),
      revoked: (['unspecified', 'keyCompromise'] as const)
        .slice(0, count)
        .map((reason, i) => ({ serialNumber: filler(16, 0x40 + i), revokedAtMs: Date.UTC(2025, 1, 1 + i), reason })),
      number: 7,
      authorityKeyIdentifier: filler(20, 8),
    }),
    ED,
    filler(64, 1),
  ),
);

const pem: Parser<string> = {
  name: 'pem',
  valid: [CERTIFICATES[0]!, CERTIFICATES[1]!].map((der) => x509.toPem('CERTIFICATE', der)).flatMap((one, i, all) => [one, all.slice(0, i + 1).join('')]),
  mutations: [(text) => text.replaceAll('\n', '\r\n'), (text) => text.replace(/(?<=\n[^\n]{20})/, '\n'), (text) => `${text}\n`],
  isRefusal: isDerRefusal,
  // RFC 7468 lets white space stand around blocks, and lines end in one way or the other: what is left of these must be as we write it.
  respell(text) {
    const ours = x509.fromPem('CERTIFICATE', text).map((der) => x509.toPem('CERTIFICATE', der)).join('');
    return ours.replaceAll(/\s/g, '') === text.replaceAll(/\s/g, '') ? text : ours;
  },
};

export const ofX509: readonly AnyParser[] = [
  parser('certificate', CERTIFICATES, (input) => {
    const { version, serialNumber, algorithm, issuer, notBeforeMs, notAfterMs, subject, spki, extensions, signature } = x509.parseCertificate(input);
    const tbs = sequence(
      ...(version === 3 ? [explicit(0, integer(2))] : []),
      integer(serialNumber),
      raw(algorithm.encoded),
      nameAgain(issuer),
      sequence(time(notBeforeMs), time(notAfterMs)),
      nameAgain(subject),
      raw(spki),
      ...(extensions.all.length === 0 ? [] : [explicit(3, x509.encodeExtensions(extensions.all))]),
    );
    return sequence(tbs, raw(algorithm.encoded), bitString(signature));
  }, 1 / 2),
  parser('certification-request', REQUESTS, (input) => {
    const { subject, spki, requestedExtensions, tbs, algorithm, signature } = x509.parseCertificationRequest(input);
    nameAgain(subject);
    // Attributes that we do not know are passed over, so the request is our own only where it has none.
    const ours = requestedExtensions.length === 0 && tbs.at(-1) === 0 && tbs.at(-2) === 0xa0;
    return ours ? sequence(x509.buildCertificationRequestInfo({ subject: subject.encoded, spki }), raw(algorithm.encoded), bitString(signature)) : derAgain(input);
  }, 1 / 5),
  parser('revocation-list', LISTS, (input) => {
    const list = x509.parseRevocationList(input);
    nameAgain(list.issuer);
    return derAgain(input);
  }, 1 / 5),
  parser('name', [NAME, ISSUER], (input) => nameAgain(x509.parseName(input))),
  parser('public-key', [SPKI_EC, SPKI_ED, SPKI_RSA], (input) => x509.encodePublicKey(x509.parsePublicKey(input))),
  pem,
];

function nameAgain(name: x509.Name): Uint8Array {
  x509.nameToString(name);
  return sequence(...name.rdns.map((rdn) => setOf(...rdn.map((attribute) => sequence(oid(attribute.oid), raw(attribute.encodedValue))))));
}
