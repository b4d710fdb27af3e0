// SPDX-License-Identifier: Apache-2.0
// The objects of CSC API v2.0 that an application meets; members that it may ignore are left out.

export interface ServiceInfo {
  readonly specs: string;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  /** The authorization server: its issuer, and the base of its OAuth addresses. */
  readonly oauth2: string;
  readonly methods: readonly string[];
  readonly signAlgorithms: { readonly algos: readonly string[] };
}

export interface CredentialInfo {
  readonly credentialID: string;
  readonly description?: string;
  readonly key: { readonly status: 'enabled' | 'disabled'; readonly algo: readonly string[]; readonly len: number; readonly curve?: string };
  readonly cert: {
    readonly status?: 'valid' | 'expired' | 'revoked' | 'suspended';
    /** base64 of DER, the signer's first. */
    readonly certificates?: readonly string[];
    readonly subjectDN?: string;
    readonly issuerDN?: string;
    readonly serialNumber?: string;
    readonly validFrom?: string;
    readonly validTo?: string;
  };
  readonly SCAL?: '1' | '2';
  readonly multisign: number;
}

export const HASH_ALGORITHMS = {
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
} as const;
export type HashAlgorithm = keyof typeof HASH_ALGORITHMS;

/** One thing to be signed: its hash, and the name under which the signer reads it. */
export interface ToBeSigned {
  readonly hash: Uint8Array;
  readonly label: string;
}
