// SPDX-License-Identifier: Apache-2.0

/** Where a deployment is, and where the keys lie of those whom the load plays. */
export interface Setting {
  readonly ssaUrl: string;
  readonly issuer: string;
  readonly signOrigin: string;
  readonly rpId: string;
  readonly idpFolder: string;
  readonly credentialTokenKey: string;
}

/** A signer with an active key. */
export interface Holder {
  /** In hexadecimal, both. */
  readonly signerId: string;
  readonly keyId: string;
  /** As the CSC door names it. */
  readonly signAlgo: string;
  readonly passkey: { readonly credentialId: string; /** PKCS #8, base64url. */ readonly privateKey: string };
}
