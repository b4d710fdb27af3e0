// SPDX-License-Identifier: Apache-2.0
// What this CA says about certificates: revocation lists (RFC 5280 section 5) and OCSP (RFC 6960). The issuing CA signs its own answers.
import { createHash } from 'node:crypto';
import { AlgorithmError } from '@sigillo/standards/algorithms';
import { Asn1Error } from '@sigillo/standards/asn1';
import {
  assembleOcspResponse,
  buildTbsResponse,
  encodeCertificateId,
  encodeOcspRefusal,
  encodeOcspRequest,
  namesIssuer,
  OcspError,
  parseOcspRequest,
  type CertificateIdHash,
  type CertificateStatus,
  type OcspRequest,
  type RequestedId,
} from '@sigillo/standards/ocsp';
import { assembleRevocationList, buildTbsRevocationList, keyIdentifier, publicKeyBits, X509Error, type Certificate, type RevokedCertificate } from '@sigillo/standards/x509';
import { digest, sha256 } from '@sigillo/wire';
import { CA_ALGORITHM, ISSUING_NAME, ROOT_NAME, type CaKey, type SignAs } from './authority.ts';
import type { Certificates } from './certificates.ts';

export interface StatusOptions {
  readonly certificates: Certificates;
  readonly signAs: SignAs;
  readonly root: Certificate;
  readonly issuing: Certificate;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/** How long a list or an answer may be relied on, and after how long a fresh list is signed. */
const VALID_MS = 24 * 3_600_000;
const LIST_AGE_MS_MAX = 600_000;

export class Status {
  readonly #options: StatusOptions;
  readonly #lists = new Map<CaKey, { readonly signedAtMs: number; readonly list: Promise<Uint8Array> }>();
  readonly #issuer: { readonly name: Uint8Array; readonly keyBits: Uint8Array };

  constructor(options: StatusOptions) {
    this.#options = options;
    this.#issuer = { name: ISSUING_NAME, keyBits: publicKeyBits(options.issuing.spki) };
  }

  /** The current list of an issuer, DER; signed anew when it is older than ten minutes. */
  async list(issuer: CaKey): Promise<Uint8Array> {
    const now = this.#options.now();
    const known = this.#lists.get(issuer);
    if (known !== undefined && now - known.signedAtMs < LIST_AGE_MS_MAX && now >= known.signedAtMs) return known.list;
    const list = this.#signList(issuer, now);
    this.#lists.set(issuer, { signedAtMs: now, list });
    list.catch(() => this.#lists.delete(issuer));
    return list;
  }

  /** Forgets the lists, so that the next question gets one that knows of a new revocation. */
  refresh(): void {
    this.#lists.clear();
  }

  /** An OCSP response to a request, DER; malformed requests get the refusal that RFC 6960 section 2.3 has for them. */
  async answer(requestBytes: Uint8Array): Promise<Uint8Array> {
    let request: OcspRequest;
    try {
      request = parseOcspRequest(requestBytes);
    } catch (cause) {
      if ([OcspError, Asn1Error, X509Error, AlgorithmError].some((known) => cause instanceof known)) return encodeOcspRefusal('malformedRequest');
      throw cause;
    }
    const thisUpdateMs = wholeSecond(this.#options.now());
    const statuses = await Promise.all(request.ids.map((id) => this.#statusOf(id)));
    const tbs = buildTbsResponse({
      responderKeyHash: createHash('sha1').update(this.#issuer.keyBits).digest(),
      producedAtMs: thisUpdateMs,
      responses: request.ids.map((id, i) => ({ certificateId: id.encoded, certificateStatus: statuses[i]!, thisUpdateMs, nextUpdateMs: thisUpdateMs + VALID_MS })),
      nonce: request.nonce,
    });
    return assembleOcspResponse(tbs, CA_ALGORITHM, await this.#options.signAs('issuing', tbs), []);
  }

  /** What this CA says of one of its certificates, DER; as an answer to a question of its own. */
  about(serial: Uint8Array): Promise<Uint8Array> {
    return this.answer(encodeOcspRequest({ certificateIds: [encodeCertificateId('sha256', this.#issuer, serial, hashFor)], nonce: null }));
  }

  async #statusOf({ id }: RequestedId): Promise<CertificateStatus> {
    if (id === null || !namesIssuer(id, this.#issuer, hashFor)) return { status: 'unknown' };
    const stored = await this.#options.certificates.bySerial(id.serialNumber);
    if (stored === undefined || stored.state.status === 'intended') return { status: 'unknown' };
    return stored.state;
  }

  async #signList(issuer: CaKey, now: number): Promise<Uint8Array> {
    const { certificates, signAs, root, issuing } = this.#options;
    const revoked = issuer === 'issuing' ? (await certificates.revoked(now)).flatMap(asRevoked) : [];
    const tbs = buildTbsRevocationList({
      signatureAlgorithm: CA_ALGORITHM,
      issuer: issuer === 'root' ? ROOT_NAME : ISSUING_NAME,
      thisUpdateMs: wholeSecond(now),
      nextUpdateMs: wholeSecond(now) + VALID_MS,
      revoked,
      number: await certificates.nextListNumber(issuer),
      authorityKeyIdentifier: keyIdentifier(issuer === 'root' ? root.spki : issuing.spki, sha256),
    });
    return assembleRevocationList(tbs, CA_ALGORITHM, await signAs(issuer, tbs));
  }
}

function asRevoked({ serial, state }: { readonly serial: Uint8Array; readonly state: { readonly status: string } & Partial<RevokedCertificate> }): RevokedCertificate[] {
  if (state.revokedAtMs === undefined || state.reason === undefined) return [];
  return [{ serialNumber: serial, revokedAtMs: wholeSecond(state.revokedAtMs), reason: state.reason }];
}

function hashFor(hash: CertificateIdHash, bytes: Uint8Array): Uint8Array {
  return digest(hash, bytes);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
