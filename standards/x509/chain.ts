// SPDX-License-Identifier: Apache-2.0
// From a certificate to an anchor that is trusted (RFC 5280 section 6.1, without name constraints and policy mapping: a critical
// extension of those kinds is refused). Revocation is another question and another room's.
import { sameBytes } from '../bytes/index.ts';
import type { Certificate } from './certificate.ts';
import { X509Error } from './error.ts';
import { sameName } from './name.ts';
import { signatureClaim, verifyClaim, type VerifySignature } from './signed.ts';

/** The issuer's key signed the certificate, and the issuer is a CA that may. Times are not looked at. */
export function verifyIssuedBy(certificate: Certificate, issuer: Certificate, verify: VerifySignature): void {
  if (!names(certificate, issuer)) throw new X509Error('x509_not_issued_by', 'name or key identifier');
  requireCa(issuer);
  verifyClaim(signatureClaim(certificate, issuer.spki), verify, 'certificate');
}

/**
 * A path from `leaf` over some of `candidates` to one of `anchors`, valid at `atMs`; returns it, leaf first, anchor last. The anchor is
 * trusted as it was given: its own signature is not looked at, its validity is. A leaf that is itself an anchor is a path of one.
 */
export function verifyChain(
  leaf: Certificate,
  trust: { readonly anchors: readonly Certificate[]; readonly verify: VerifySignature },
  demand: { readonly candidates: readonly Certificate[]; readonly atMs: number },
): readonly Certificate[] {
  const path = [leaf];
  requireUsable(leaf, demand.atMs);
  for (let last = leaf; !isOneOf(last, trust.anchors); last = path.at(-1)!) {
    if (path.length >= PATH_LENGTH_MAX) throw new X509Error('x509_path_too_long', 'chain');
    path.push(issuerOf(last, [...trust.anchors, ...demand.candidates], path, demand.atMs, trust.verify));
  }
  return path;
}

/** The first that fits in every respect; what was wrong with the last that did not is the cause. */
function issuerOf(
  certificate: Certificate,
  candidates: readonly Certificate[],
  path: readonly Certificate[],
  atMs: number,
  verify: VerifySignature,
): Certificate {
  let cause: unknown;
  for (const candidate of candidates) {
    if (!names(certificate, candidate) || isOneOf(candidate, path)) continue;
    try {
      requireUsable(candidate, atMs);
      requirePathLength(candidate, path);
      verifyIssuedBy(certificate, candidate, verify);
      return candidate;
    } catch (error) {
      if (!(error instanceof X509Error)) throw error;
      cause = error;
    }
  }
  throw cause instanceof X509Error ? cause : new X509Error('x509_no_path', 'no issuer');
}

function names(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameName(certificate.issuer, issuer.subject)) return false;
  const wanted = certificate.extensions.authorityKeyIdentifier;
  const offered = issuer.extensions.subjectKeyIdentifier;
  return wanted === null || offered === null || sameBytes(wanted, offered);
}

function requireUsable(certificate: Certificate, atMs: number): void {
  if (!(atMs >= certificate.notBeforeMs && atMs < certificate.notAfterMs + 1000)) throw new X509Error('x509_not_valid_now', 'validity');
  const [unknown] = certificate.extensions.unknownCritical;
  if (unknown !== undefined) throw new X509Error('x509_critical_extension', unknown);
}

function requireCa(issuer: Certificate): void {
  const { basicConstraints, keyUsage } = issuer.extensions;
  if (basicConstraints?.ca !== true || keyUsage?.has('keyCertSign') === false) throw new X509Error('x509_not_a_ca', 'issuer');
}

/** RFC 5280 section 4.2.1.9: how many intermediates, self-issued ones not counted, may follow this CA; the leaf is not one of them. */
function requirePathLength(issuer: Certificate, path: readonly Certificate[]): void {
  const pathLength = issuer.extensions.basicConstraints?.pathLength ?? null;
  const between = path.slice(1).filter((certificate) => !sameName(certificate.issuer, certificate.subject)).length;
  if (pathLength !== null && between > pathLength) throw new X509Error('x509_path_too_long', 'pathLenConstraint');
}

function isOneOf(certificate: Certificate, others: readonly Certificate[]): boolean {
  return others.some((other) => sameBytes(other.encoded, certificate.encoded));
}

const PATH_LENGTH_MAX = 8;
