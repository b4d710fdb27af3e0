// SPDX-License-Identifier: Apache-2.0
// From the signer's answer to the signed file. Everything is taken from the frozen attempt. A signature is embedded only after it was verified over the
// attributes, and the file is offered only after it was read and proven anew.
import { readFile } from 'node:fs/promises';
import { CmsError, CONTENT_TYPE, encodeSignedData, onlySigner, parseSignedData, verifySigner } from '@sigillo/standards/cms';
import { contentsWrite, PadesError } from '@sigillo/standards/pades';
import type { Certificate } from '@sigillo/standards/x509';
import { digest, type Log, verifySignature } from '@sigillo/wire';
import type { Attempt, StoredDocument } from '../document/document.ts';
import type { Spool, SpooledFile } from '../document/spool.ts';
import type { DocumentStore } from '../document/store.ts';
import type { DocumentWork } from '../parsing/work.ts';
import type { AuthorizationServer, Token } from '../services/authorization-server.ts';
import { ServiceError } from '../services/error.ts';

export interface FinishParts {
  readonly store: DocumentStore;
  readonly spool: Spool;
  readonly work: DocumentWork;
  readonly server: AuthorizationServer;
  readonly signHash: (token: Token, attempt: Attempt) => Promise<Uint8Array>;
  readonly timeStamp: (signature: Uint8Array) => Promise<Uint8Array>;
  readonly root: Certificate;
  readonly issuing: Certificate;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** At which step a signing ended without a signed file; what the owner is told. */
export type FailureCode =
  | 'authorization_failed'
  | 'signing_refused'
  | 'signing_unavailable'
  | 'signature_wrong'
  | 'time_stamp_unavailable'
  | 'time_stamp_wrong'
  | 'self_check_failed'
  | 'internal';

/** The browser is back. Comes to an end for whatever it brought; a second return of the same browser waits for the first. */
export async function finishSigning(parts: FinishParts, document: StoredDocument, query: string, requestId: string): Promise<void> {
  const { state } = document;
  if (state.name === 'approved') return state.finished;
  if (state.name !== 'prepared') return undefined;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  parts.store.change(document, { name: 'approved', attempt: state.attempt, finished });
  try {
    const end = await endOf(parts, document, state.attempt, query, requestId);
    if (parts.store.has(document)) parts.store.change(document, end);
    else if (end.name === 'signed') await parts.spool.remove(end.signedTail);
  } finally {
    resolve();
  }
}

type End = Extract<StoredDocument['state'], { readonly endedMs: number }>;

async function endOf(parts: FinishParts, document: StoredDocument, attempt: Attempt, query: string, requestId: string): Promise<End> {
  try {
    const answer = await step('authorization_failed', 'authorization_failed', () => parts.server.answerOf(query, attempt));
    if (answer.answer === 'declined') return { name: 'declined', attempt, reason: answer.reason, endedMs: parts.nowMs() };
    const signedTail = await sign(parts, document, attempt, answer.token);
    return { name: 'signed', attempt, signedTail, endedMs: parts.nowMs() };
  } catch (cause) {
    const failure = cause instanceof SigningFailure ? cause : new SigningFailure('internal', cause);
    parts.log.error('signing_failed', { requestId, code: failure.code }, failure.cause);
    return { name: 'failed', attempt, code: failure.code, endedMs: parts.nowMs() };
  }
}

async function sign(parts: FinishParts, document: StoredDocument, attempt: Attempt, token: Token): Promise<SpooledFile> {
  if (!parts.store.has(document)) throw new SigningFailure('internal', new Error('the document was deleted'));
  const signature = await step('signing_refused', 'signing_unavailable', () => parts.signHash(token, attempt));
  await step('signature_wrong', 'signature_wrong', () => verifyWhole(attempt, encode(attempt, signature)));
  const timeStampToken = await step('time_stamp_wrong', 'time_stamp_unavailable', () => parts.timeStamp(signature));
  const cms = encode(attempt, signature, timeStampToken);
  const signedTail = await embed(parts, attempt, cms);
  try {
    await parts.work.prove({
      upload: document.upload.path,
      signedTail: signedTail.path,
      byteRange: attempt.byteRange,
      hash: attempt.algorithm.hash,
      cms,
      certificate: attempt.certificate.encoded,
      root: parts.root.encoded,
      issuing: parts.issuing.encoded,
    });
  } catch (cause) {
    await parts.spool.remove(signedTail);
    throw new SigningFailure('self_check_failed', cause);
  }
  return signedTail;
}

function encode(attempt: Attempt, signature: Uint8Array, timeStampToken?: Uint8Array): Uint8Array {
  return encodeSignedData({
    contentType: CONTENT_TYPE.data,
    content: null,
    certificates: attempt.certificates,
    signer: {
      certificate: attempt.certificate,
      digestAlgorithm: attempt.algorithm.hash,
      signedAttributes: attempt.signedAttributes,
      signatureAlgorithm: attempt.algorithm,
      signature,
      ...(timeStampToken === undefined ? {} : { timeStampToken }),
    },
  });
}

/** Content, attributes, certificate and signature together, as a stranger would check them. */
function verifyWhole(attempt: Attempt, cms: Uint8Array): void {
  verifySigner(onlySigner(parseSignedData(cms)), verifySignature, {
    contentType: CONTENT_TYPE.data,
    contentDigest: attempt.contentDigest,
    certificate: attempt.certificate,
    certificateDigest: (hash) => digest(hash, attempt.certificate.encoded),
  });
}

async function embed(parts: FinishParts, attempt: Attempt, cms: Uint8Array): Promise<SpooledFile> {
  const tail = await readFile(attempt.tail.path);
  const prefixLength = attempt.byteRange[2] + attempt.byteRange[3] - tail.length;
  const { offset, bytes } = contentsWrite(attempt.byteRange, cms);
  tail.set(bytes, offset - prefixLength);
  return parts.spool.write(tail);
}

class SigningFailure extends Error {
  override readonly name = 'SigningFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Names what went wrong after the step in which it did; other faults than a service's or a check's are ours. */
async function step<T>(refused: FailureCode, unavailable: FailureCode, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ServiceError) throw new SigningFailure(cause.code === 'service_unavailable' ? unavailable : refused, cause);
    if (cause instanceof CmsError || cause instanceof PadesError) throw new SigningFailure(refused, cause);
    throw cause;
  }
}
