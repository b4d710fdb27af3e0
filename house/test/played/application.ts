// SPDX-License-Identifier: Apache-2.0
// An application of a developer: the SDK with a registered client of the deployment, and a signer who is sent to its addresses.
import { readFileSync } from 'node:fs';
import { connect, type Approval, type BrowserStep, type CredentialInfo, type SigningService, type SignerSession, type ToBeSigned } from '@sigillo/sdk';
import type { Instance } from './instance.ts';
import type { PlayedSigner } from './signer.ts';

export interface Application {
  readonly service: SigningService;
  readonly session: SignerSession;
  readonly credential: CredentialInfo;
}

export const redirectUriOf = ({ addresses }: Instance): string => `http://127.0.0.1:${addresses.portBase + 6}/callback`;

/** Connects, has the signer log in for it, and finds the signer's credential. */
export async function openApplication(instance: Instance, signer: PlayedSigner, tokens: 'dpop' | 'bearer' = 'dpop'): Promise<Application> {
  const clientId = `example-${tokens}`;
  const privateKey = JSON.parse(readFileSync(instance.layout.clientKey(clientId), 'utf8')) as Parameters<typeof connect>[0]['privateKey'];
  const service = await connect({ baseUrl: `${instance.addresses.ssaUrl}/csc/v2`, clientId, privateKey, redirectUri: redirectUriOf(instance), tokens });
  const step = await service.login();
  const session = await step.finish(await signer.visit(step.url));
  const credential = (await session.credentials())[0];
  if (credential === undefined) throw new Error('the signer has no credential');
  return { service, session, credential };
}

/** Where the signer will be asked about these documents. */
export function request({ service, credential }: Application, documents: readonly ToBeSigned[]): Promise<BrowserStep<Approval>> {
  return service.authorize({ credentialId: credential.credentialID, documents, hashAlgorithm: 'SHA-256', signAlgo: credential.key.algo[0]! });
}

export async function approved(application: Application, signer: PlayedSigner, documents: readonly ToBeSigned[]): Promise<Approval> {
  const step = await request(application, documents);
  return step.finish(await signer.approve(await signer.open(step.url)));
}
