// SPDX-License-Identifier: Apache-2.0
// `signatures/signHash` (CSC API v2.0.0.2 section 11.9). The SSA says who presents what; whether these hashes were approved is the SAM's
// question alone.
import type { SamDoor } from '@sigillo/doors/sam';
import { LIST_MAX } from '@sigillo/doors/sap';
import { HttpProblem } from '@sigillo/http';
import { fromBase64url, toBase64 } from '@sigillo/standards/bytes';
import { HASHES } from '@sigillo/standards/algorithms';
import { OAuthError } from '@sigillo/standards/oauth';
import { RevocationsUnknown } from '../caller/access-tokens.ts';
import type { Callers, CredentialCaller, ServiceCaller } from '../caller/caller.ts';
import { type CscFields, readFields } from '../csc/fields.ts';
import { readHashes } from '../csc/hashes.ts';
import { invalid, invalidRequest, missing } from '../csc/problem.ts';
import { keyIdOf } from '../credentials/find.ts';
import type { Line } from '../line/line.ts';
import { readAlgorithm } from './algorithm.ts';
import { requireSamePresenter } from './checks/same-presenter.ts';

export const SIGN_HASH_FIELDS = {
  credentialID: { kind: 'string', what: 'which credential', aliases: ['credentialId', 'credential_id'] },
  SAD: { kind: 'string', what: 'the credential token, where the header has a service token', charactersMax: 16_384 },
  hashes: { kind: 'texts', what: 'the digests, base64', aliases: ['hash'] },
  hashAlgorithmOID: { kind: 'string', what: 'their algorithm; needed where signAlgo does not name it', aliases: ['hashAlgo', 'hash_algorithm_oid'] },
  signAlgo: { kind: 'string', what: 'signature algorithm, one of key.algo', aliases: ['sign_algo'] },
  signAlgoParams: { kind: 'string', what: 'its parameters, base64 of DER', aliases: ['sign_algo_params'], charactersMax: 1024 },
  operationMode: { kind: 'string', what: 'S; A is not offered', aliases: ['operation_mode'] },
  clientData: { kind: 'string', what: 'any text; it is neither stored nor returned', aliases: ['client_data'], charactersMax: 4096 },
} as const satisfies CscFields;

const NO_KEY = new Uint8Array(32);

export interface SignHashCall {
  readonly sam: Line<SamDoor>;
  readonly callers: Callers;
  /** Whoever stands in the header, and with which token. */
  readonly header: { readonly caller: ServiceCaller | CredentialCaller; readonly token: string };
  readonly body: unknown;
  readonly requestId: string;
}

export async function signHash(call: SignHashCall): Promise<{ readonly signatures: readonly string[] }> {
  const fields = readFields(SIGN_HASH_FIELDS, call.body);
  const presenter = await readPresenter(call, fields.SAD);
  if (fields.credentialID === undefined) throw missing('string', 'credentialID');
  const keyId = keyIdOf(fields.credentialID);
  if (fields.credentialID !== presenter.credentialId) throw invalid('credentialID');
  const texts = fields.hashes;
  if (texts === undefined) throw missing('array', 'hash');
  if (texts.length === 0) throw invalidRequest('Empty hash array');
  if (texts.length > LIST_MAX) throw invalidRequest('Hash is not authorized by the SAD');
  const algorithm = readAlgorithm(fields);
  if (fields.operationMode !== undefined && fields.operationMode !== 'S') throw invalid('operationMode');
  const dtbsrs = readHashes(texts, HASHES[algorithm.hash].lengthBytes);
  const { hashAlgorithm, signatureAlgorithm, signatureParameters } = algorithm;
  const clientKeyThumbprint = presenter.boundTo === undefined ? NO_KEY : fromBase64url(presenter.boundTo);
  const { handle, clientId } = presenter;
  const request = { handle, keyId, hashAlgorithm, signatureAlgorithm, signatureParameters, dtbsrs, clientId, clientKeyThumbprint };
  const { signatures } = await call.sam.call('execute', request, call.requestId);
  return { signatures: signatures.map(toBase64) };
}

/** The credential token stands in the header, or in the body beside a service token of the same client, key and user. */
async function readPresenter(call: SignHashCall, sad: string | undefined): Promise<CredentialCaller> {
  const { caller, token } = call.header;
  if (caller.kind === 'credential') {
    if (sad !== undefined && sad !== token) throw invalid('SAD');
    return caller;
  }
  if (sad === undefined) throw missing('string', 'SAD');
  const presenter = await readSad(call.callers, sad);
  requireSamePresenter(caller, presenter);
  return presenter;
}

async function readSad(callers: Callers, sad: string): Promise<CredentialCaller> {
  try {
    return await callers.sad(sad);
  } catch (cause) {
    if (cause instanceof OAuthError) throw cause.code === 'token_expired' ? invalidRequest('SAD expired') : invalid('SAD');
    if (cause instanceof RevocationsUnknown) throw new HttpProblem(503, 'temporarily_unavailable', 'The service is busy', { cause, retryAfterSeconds: 2 });
    throw cause;
  }
}
