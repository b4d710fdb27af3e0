// SPDX-License-Identifier: Apache-2.0

export type ServiceErrorCode =
  /** The other side could not be reached, or did not answer as it must. Trying again may help. */
  | 'service_unavailable'
  /** It answered no. */
  | 'service_refused'
  /** It answered something that does not hold. */
  | 'service_wrong'
  | 'credential_unknown'
  | 'credential_not_usable';

/** What another service did not do for us. `reason` is its own code, for the log alone. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly reason: string | undefined;

  constructor(code: ServiceErrorCode, options?: ErrorOptions & { readonly reason?: string | undefined }) {
    super(code, options);
    this.code = code;
    this.reason = options?.reason !== undefined && /^[a-z_]{1,60}$/.test(options.reason) ? options.reason : undefined;
  }
}
