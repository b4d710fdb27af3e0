// SPDX-License-Identifier: Apache-2.0
// From "sign this with that key" to the address where the signer is asked. What will be signed is computed here, once, and frozen.
import { createHash } from 'node:crypto';
import { HASHES, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { toBase64url } from '@sigillo/standards/bytes';
import { CONTENT_TYPE, encodeSignedAttributes } from '@sigillo/standards/cms';
import { digest } from '@sigillo/wire';
import type { Attempt, StoredDocument } from '../document/document.ts';
import type { Spool } from '../document/spool.ts';
import type { DocumentStore } from '../document/store.ts';
import type { DocumentWork } from '../parsing/work.ts';
import type { AuthorizationServer } from '../services/authorization-server.ts';
import type { ReadCredential } from '../services/credentials.ts';

export interface BeginParts {
  readonly scaUrl: string;
  readonly store: DocumentStore;
  readonly spool: Spool;
  readonly work: DocumentWork;
  readonly readCredential: ReadCredential;
  readonly server: AuthorizationServer;
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
}

/** Room for the signature, its certificates and a time-stamp with the certificates of its own. */
const CONTENTS_BYTES_MAX = 16_384;

/** The document is being signed, or has been: nothing new can begin. */
export class SigningUnderWay extends Error {
  override readonly name = 'SigningUnderWay';
}

export async function beginSigning(parts: BeginParts, document: StoredDocument, credentialId: string): Promise<string> {
  requireOpen(parts.store, document);
  const attempt = await freeze(parts, document, credentialId);
  try {
    const url = await ask(parts, document, attempt);
    requireOpen(parts.store, document);
    parts.store.change(document, { name: 'prepared', attempt });
    return url;
  } catch (cause) {
    await parts.spool.remove(attempt.tail);
    throw cause;
  }
}

/** Once more after every wait: the document may have been deleted, or signed in another window, meanwhile. */
function requireOpen(store: DocumentStore, document: StoredDocument): void {
  if (!store.has(document) || document.state.name === 'approved' || document.state.name === 'signed') throw new SigningUnderWay();
}

async function freeze(parts: BeginParts, document: StoredDocument, credentialId: string): Promise<Attempt> {
  const credential = await parts.readCredential(credentialId);
  const { hash } = credential.algorithm;
  const { tail, byteRange, contentDigest } = await parts.work.prepare({
    upload: document.upload.path,
    signingTimeMs: parts.nowMs(),
    contentsBytesMax: CONTENTS_BYTES_MAX,
    changeId: parts.random(16),
    hash,
  });
  const signedAttributes = encodeSignedAttributes({
    contentType: CONTENT_TYPE.data,
    messageDigest: contentDigest,
    signingCertificateV2: { hashAlgorithm: hash, certHash: digest(hash, credential.certificate.encoded) },
  });
  const secret = (): string => toBase64url(parts.random(32));
  return {
    ...credential,
    credentialId,
    byteRange,
    contentDigest,
    signedAttributes,
    dtbsr: createHash(hash).update(signedAttributes).digest(),
    tail: await parts.spool.write(tail),
    returnState: secret(),
    codeVerifier: secret(),
    capability: secret(),
  };
}

function ask(parts: BeginParts, document: StoredDocument, attempt: Attempt): Promise<string> {
  const base = `${parts.scaUrl}/prepared/${attempt.capability}`;
  return parts.server.ask({
    signerId: document.owner,
    credentialId: attempt.credentialId,
    dtbsr: attempt.dtbsr,
    hashAlgorithm: HASHES[attempt.algorithm.hash].oid,
    signatureAlgorithm: signatureAlgorithmParts(attempt.algorithm).oid,
    label: document.name,
    location: { content: `${base}/content`, attributes: `${base}/attributes` },
    returnState: attempt.returnState,
    codeVerifier: attempt.codeVerifier,
  });
}
