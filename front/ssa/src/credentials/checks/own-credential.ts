// SPDX-License-Identifier: Apache-2.0
import type { Credential } from '@sigillo/doors/sam';
import { toHex } from '@sigillo/standards/bytes';
import type { CredentialCaller, ServiceCaller } from '../../caller/caller.ts';
import { invalid } from '../../csc/problem.ts';

/** The credential is the caller's subject's, and the token's where it is for one; otherwise it looks unknown. */
export function requireOwn(credential: Credential, caller: ServiceCaller | CredentialCaller, credentialId: string): void {
  if (caller.subject !== undefined && toHex(credential.signerId) !== caller.subject) throw invalid('credentialID');
  if (caller.kind === 'credential' && caller.credentialId !== credentialId) throw invalid('credentialID');
}
