// SPDX-License-Identifier: Apache-2.0
import { HttpProblem } from '@sigillo/http';
import { ReceiveError } from '../document/spool.ts';
import { DocumentRefused, ReadersBusy } from '../parsing/work.ts';
import { ServiceError } from '../services/error.ts';
import { SigningUnderWay } from '../signing/begin.ts';

/** Does `work`; the ordinary faults of this room become what the caller is told. */
export async function tellProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw problemOf(cause) ?? cause;
  }
}

function problemOf(cause: unknown): HttpProblem | undefined {
  if (cause instanceof DocumentRefused) return new HttpProblem(422, cause.code, cause.advice, { cause });
  if (cause instanceof ReadersBusy) return new HttpProblem(503, 'temporarily_unavailable', undefined, { cause, retryAfterSeconds: 5 });
  if (cause instanceof SigningUnderWay) return new HttpProblem(409, 'document_state', 'This document is being signed, or is signed or deleted already', { cause });
  if (cause instanceof ReceiveError) return received(cause);
  return cause instanceof ServiceError ? serviceProblem(cause) : undefined;
}

function received(cause: ReceiveError): HttpProblem {
  if (cause.code === 'too_large') return new HttpProblem(413, 'document_too_large', undefined, { cause });
  return new HttpProblem(400, 'document_incomplete', 'The document did not arrive whole', { cause });
}

function serviceProblem(cause: ServiceError): HttpProblem {
  switch (cause.code) {
    case 'credential_unknown':
      return new HttpProblem(404, 'credential_unknown', undefined, { cause });
    case 'credential_not_usable':
      return new HttpProblem(409, 'credential_not_usable', 'This key cannot sign documents now', { cause });
    case 'service_unavailable':
      return new HttpProblem(503, 'service_unavailable', undefined, { cause, retryAfterSeconds: 5 });
    case 'service_refused':
    case 'service_wrong':
      return new HttpProblem(502, cause.code, undefined, { cause });
  }
}
