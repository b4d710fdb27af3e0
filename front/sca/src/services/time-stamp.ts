// SPDX-License-Identifier: Apache-2.0
// A time-stamp over a signature (RFC 3161). It is taken only when it is proven: granted for this digest and this nonce, by a unit that leads to the pinned
// anchor and may do nothing else, about now.
import { Asn1Error } from '@sigillo/standards/asn1';
import { AlgorithmError } from '@sigillo/standards/algorithms';
import { CmsError } from '@sigillo/standards/cms';
import { encodeTimeStampRequest, TspError, verifyTimeStampResponse } from '@sigillo/standards/tsp';
import { type Certificate, X509Error } from '@sigillo/standards/x509';
import { digest, sha256, verifySignature } from '@sigillo/wire';
import type { Egress } from '../egress/egress.ts';
import { EgressError } from '../egress/egress.ts';
import { ServiceError } from './error.ts';
import { repeated } from './retry.ts';

export interface TimeStampOptions {
  readonly tsaUrl: string;
  readonly egress: Egress;
  readonly root: Certificate;
  readonly issuing: Certificate;
  readonly random: (length: number) => Uint8Array;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

const NONCE_BYTES = 16;
const DRIFT_MS_MAX = 5 * 60_000;

export function timeStamp(options: TimeStampOptions, signature: Uint8Array): Promise<Uint8Array> {
  return repeated(() => timeStampOnce(options, signature), options.wait);
}

async function timeStampOnce({ tsaUrl, egress, root, issuing, random, nowMs }: TimeStampOptions, signature: Uint8Array): Promise<Uint8Array> {
  const request = { imprint: { hash: 'sha256', digest: sha256(signature) }, policy: null, nonce: random(NONCE_BYTES), certificateRequested: true } as const;
  const response = await asked(egress, tsaUrl, encodeTimeStampRequest(request));
  try {
    const trust = { anchors: [root], intermediates: [issuing], digest, verify: verifySignature };
    const { token, genTimeMs } = verifyTimeStampResponse(response, trust, request);
    if (Math.abs(genTimeMs - nowMs()) > DRIFT_MS_MAX) throw new ServiceError('service_wrong', { reason: 'time_stamp_drift' });
    return token;
  } catch (cause) {
    if (cause instanceof TspError && cause.code === 'tsp_not_granted') throw new ServiceError('service_unavailable', { cause });
    if (isWrong(cause)) throw new ServiceError('service_wrong', { cause, reason: cause.code });
    throw cause;
  }
}

async function asked(egress: Egress, url: string, body: Uint8Array): Promise<Uint8Array> {
  try {
    const answer = await egress(url, { method: 'POST', headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' }, body });
    if (!answer.ok) throw new ServiceError('service_unavailable', { reason: 'time_stamp_status' });
    if (answer.headers.get('content-type')?.split(';', 1)[0] !== 'application/timestamp-reply') throw new ServiceError('service_wrong', { reason: 'time_stamp_type' });
    return new Uint8Array(await answer.arrayBuffer());
  } catch (cause) {
    if (cause instanceof EgressError) throw new ServiceError('service_unavailable', { cause, reason: cause.code });
    throw cause;
  }
}

function isWrong(cause: unknown): cause is TspError | CmsError | X509Error | Asn1Error | AlgorithmError {
  return cause instanceof TspError || cause instanceof CmsError || cause instanceof X509Error || cause instanceof Asn1Error || cause instanceof AlgorithmError;
}
