// SPDX-License-Identifier: Apache-2.0
import { type Certificate, nameToString, nameValues, parseCertificate } from '@sigillo/standards/x509';
import type { Catalogue } from '../text/en.ts';

/** Who a certificate says its holder is, as a person reads it. */
export function holderName(text: Catalogue, certificate: Certificate): string {
  const [pseudonym] = nameValues(certificate.subject, 'pseudonym');
  const [name] = nameValues(certificate.subject, 'commonName');
  return pseudonym !== undefined && pseudonym === name ? text.keys.pseudonym(pseudonym) : (name ?? nameToString(certificate.subject));
}

export function issuerName(certificate: Certificate): string {
  return nameValues(certificate.issuer, 'commonName')[0] ?? nameToString(certificate.issuer);
}

export { parseCertificate };
