// SPDX-License-Identifier: Apache-2.0
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import type { TsaConfig } from './config.ts';

/** Name of the time-stamping unit's key in its token, and how it signs. */
export const TSA_KEY = 'tsa';
export const TSA_ALGORITHM: SignatureAlgorithm = { scheme: 'ecdsa', hash: 'sha256' };

export function tokenOptions(config: TsaConfig): { readonly folder: string; readonly sealKeyFile: string } {
  return { folder: config.token.folder, sealKeyFile: config.token.sealKey };
}
