// SPDX-License-Identifier: Apache-2.0
import type { Credential, SamDoor } from '@sigillo/doors/sam';
import { fromHex } from '@sigillo/standards/bytes';
import type { CredentialCaller, ServiceCaller } from '../caller/caller.ts';
import { invalid } from '../csc/problem.ts';
import type { Line } from '../line/line.ts';
import { requireOwn } from './checks/own-credential.ts';

/** The key id of a credentialID, which is its lower-case hexadecimal. Whatever is none is answered as an unknown one. */
export function keyIdOf(credentialId: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(credentialId)) throw invalid('credentialID');
  return fromHex(credentialId);
}

/**
 * A credential that this caller may know: its subject's, the token's one, or, for an application that acts for itself, any that it can
 * name. Unknown, other people's and not yet certified ones are answered alike.
 */
export async function findCredential(
  sam: Line<SamDoor>,
  caller: ServiceCaller | CredentialCaller,
  credentialId: string,
  requestId: string,
): Promise<Credential> {
  const { credential } = await sam.call('credential', { keyId: keyIdOf(credentialId) }, requestId);
  if (credential === null || !isShown(credential)) throw invalid('credentialID');
  requireOwn(credential, caller, credentialId);
  return credential;
}

/** A key without a certificate is no credential yet, a destroyed one none any more. */
export function isShown(credential: Credential): boolean {
  return credential.chain.length > 0 && credential.state !== 'generated' && credential.state !== 'destroyed';
}
