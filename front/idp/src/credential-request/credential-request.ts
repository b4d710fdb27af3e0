// SPDX-License-Identifier: Apache-2.0
// What a client asks a signer to approve: CSC knows two spellings of it, `authorization_details` and the scope `credential` with
// parameters. Both become one value here, from the parameters of the authorization request alone, whenever it is needed: nothing is
// remembered in between that could differ.
import { toBase64, utf8 } from '@sigillo/standards/bytes';
import { parseStrictJson, StrictJsonError } from '@sigillo/standards/json';
import { CredentialRequestError } from './error.ts';
import { readAuthorizationDetails } from './from-details.ts';
import { readScopeParameters } from './from-parameters.ts';

export interface DocumentLocation {
  readonly content: string;
  readonly attributes: string;
}

export interface CredentialRequest {
  readonly credentialId: string;
  readonly hashAlgorithm: string;
  readonly signatureAlgorithm: string | undefined;
  readonly hashes: readonly Uint8Array[];
  /** One for each hash. */
  readonly labels: readonly string[];
  readonly locations: readonly DocumentLocation[] | undefined;
}

export type RequestParameters = Readonly<Record<string, unknown>>;

const DETAILS_DEPTH_MAX = 8;

/** The request in these parameters of an authorization request, or undefined where they ask for no credential. */
export function readCredentialRequest(parameters: RequestParameters, scaUrl: string): CredentialRequest | undefined {
  const details = parameters['authorization_details'];
  if (typeof details === 'string') return readAuthorizationDetails(parseDetails(details), scaUrl);
  return parameters['scope'] === 'credential' ? readScopeParameters(parameters) : undefined;
}

export function parseDetails(text: string): unknown {
  try {
    return parseStrictJson(utf8(text), DETAILS_DEPTH_MAX);
  } catch (cause) {
    if (cause instanceof StrictJsonError) throw new CredentialRequestError('authorization_details is not well-formed JSON', true);
    throw cause;
  }
}

/** The `details` member of a ticket. */
export function ticketDetails(request: CredentialRequest): Readonly<Record<string, unknown>> {
  return {
    credentialID: request.credentialId,
    hashes: request.hashes.map(toBase64),
    hashAlgorithmOID: request.hashAlgorithm,
    ...(request.signatureAlgorithm === undefined ? {} : { signAlgo: request.signatureAlgorithm }),
    labels: request.labels,
    ...(request.locations === undefined ? {} : { documentLocations: request.locations }),
  };
}
