// SPDX-License-Identifier: Apache-2.0
// What an issuer says of one of its certificates. Only answers that the issuer's own key signed are read here (RFC 6960 section 4.2.2.2, first case);
// a responder with a delegated key is refused.
import { signatureAlgorithmOf } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import { type Certificate, publicKeyBits, type VerifySignature } from '../x509/index.ts';
import { type HashFunction, namesIssuer } from './certificate-id.ts';
import { OcspError } from './error.ts';
import { parseOcspResponse, type SingleResponse } from './response.ts';

/**
 * The statement about `certificate` in a DER OCSPResponse that its issuer signed. How old it may be is the caller's to decide. Throws OcspError, or
 * what the readers of DER throw.
 */
export function verifyStatus(
  response: Uint8Array,
  about: { readonly certificate: Pick<Certificate, 'serialNumber'>; readonly issuer: Certificate },
  powers: { readonly digest: HashFunction; readonly verify: VerifySignature },
): SingleResponse {
  const read = parseOcspResponse(response);
  if (read.outcome !== 'answered') throw new OcspError('ocsp_refused');
  const { certificate, issuer } = about;
  try {
    powers.verify(signatureAlgorithmOf(read.algorithm), issuer.spki, read.tbs, read.signature);
  } catch (cause) {
    throw new OcspError('ocsp_signature', { cause });
  }
  const named = { name: issuer.subject.encoded, keyBits: publicKeyBits(issuer.spki) };
  const said = read.responses.find(
    ({ certificateId }) => sameBytes(certificateId.serialNumber, certificate.serialNumber) && namesIssuer(certificateId, named, powers.digest),
  );
  if (said === undefined) throw new OcspError('ocsp_other_certificate');
  return said;
}
