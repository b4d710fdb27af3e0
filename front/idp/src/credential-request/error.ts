// SPDX-License-Identifier: Apache-2.0

/** Why a request for signatures is refused; the text is CSC's where CSC has one, and goes to the client. */
export class CredentialRequestError extends Error {
  override readonly name = 'CredentialRequestError';
  /** Whether the fault lies in `authorization_details`, which has an error code of its own (RFC 9396 section 5). */
  readonly inDetails: boolean;

  constructor(text: string, inDetails: boolean = false) {
    super(text);
    this.inDetails = inDetails;
  }
}

export function invalid(parameter: string): CredentialRequestError {
  return new CredentialRequestError(`Invalid parameter ${parameter}`);
}

export function missing(kind: 'string' | 'array', parameter: string): CredentialRequestError {
  return new CredentialRequestError(`Missing (or invalid type) ${kind} parameter ${parameter}`);
}
