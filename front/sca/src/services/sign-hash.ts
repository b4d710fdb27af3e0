// SPDX-License-Identifier: Apache-2.0
import { signatureAlgorithmParts, HASHES } from '@sigillo/standards/algorithms';
import { fromBase64, SpellingError, toBase64 } from '@sigillo/standards/bytes';
import type { Attempt } from '../document/document.ts';
import { cscAnswer, type Members, texts } from './answer.ts';
import type { AuthorizationServer, Token } from './authorization-server.ts';
import { ServiceError } from './error.ts';
import { repeated } from './retry.ts';

export interface SignHashOptions {
  readonly ssaUrl: string;
  readonly server: AuthorizationServer;
  readonly wait: (ms: number) => Promise<void>;
}

/** `signatures/signHash` for the one approved hash. A lost answer is asked for again with the same call: the service repeats the same signature. */
export async function signHash({ ssaUrl, server, wait }: SignHashOptions, token: Token, attempt: Attempt): Promise<Uint8Array> {
  const body = {
    credentialID: attempt.credentialId,
    hashes: [toBase64(attempt.dtbsr)],
    hashAlgorithmOID: HASHES[attempt.algorithm.hash].oid,
    signAlgo: signatureAlgorithmParts(attempt.algorithm).oid,
  };
  let isLost = false;
  const ask = async (): Promise<Members> => {
    try {
      return await cscAnswer(await server.call(token, `${ssaUrl}/csc/v2/signatures/signHash`, body));
    } catch (cause) {
      isLost ||= cause instanceof ServiceError && cause.code === 'service_unavailable';
      throw cause;
    }
  };
  const answer = await repeated(ask, wait).catch((cause: unknown) => {
    // A no to a repeated call says nothing about the one whose answer was lost: the key may have signed.
    throw isLost && cause instanceof ServiceError ? new ServiceError('service_unavailable', { cause, reason: cause.reason }) : cause;
  });
  const [signature, ...others] = texts(answer['signatures']);
  if (signature === undefined || others.length > 0) throw new ServiceError('service_wrong');
  try {
    return fromBase64(signature);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new ServiceError('service_wrong', { cause });
    throw cause;
  }
}
