// SPDX-License-Identifier: Apache-2.0
export type { BrowserStep, ConnectOptions } from './channel.ts';
export { SigningServiceError } from './error.ts';
export { type Approval, type ApprovalRequest, connect, type SignerSession, type SigningService } from './service.ts';
export { type CredentialInfo, HASH_ALGORITHMS, type HashAlgorithm, type ServiceInfo, type ToBeSigned } from './types.ts';
