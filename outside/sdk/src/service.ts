// SPDX-License-Identifier: Apache-2.0
// A signing service as an application uses it (CSC API v2.0): the signer logs in once, approves hashes, and the approved hashes are
// signed. Both steps of the signer happen in the signer's own browser; this code never sees a passkey, and cannot sign what was not
// approved.
import { type BrowserStep, Channel, type ConnectOptions } from './channel.ts';
import { SigningServiceError } from './error.ts';
import { type CredentialInfo, HASH_ALGORITHMS, type HashAlgorithm, type ServiceInfo, type ToBeSigned } from './types.ts';

export interface SigningService {
  readonly info: ServiceInfo;
  /** The signer lets this application see their credentials. */
  login(): Promise<BrowserStep<SignerSession>>;
  /** The signer approves these hashes, for this credential and algorithm, once. */
  authorize(request: ApprovalRequest): Promise<BrowserStep<Approval>>;
}

export interface SignerSession {
  credentials(): Promise<readonly CredentialInfo[]>;
  credential(credentialId: string): Promise<CredentialInfo>;
}

export interface ApprovalRequest {
  readonly credentialId: string;
  readonly documents: readonly ToBeSigned[];
  readonly hashAlgorithm: HashAlgorithm;
  /** One of the credential's `key.algo`. */
  readonly signAlgo: string;
}

/** What the signer approved, until it is used up or 5 minutes have passed. */
export interface Approval {
  /** Signs approved hashes; the list may be signed in one call or in parts, each hash once. The same call again gets the same signatures. */
  signHash(hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}

const DETAILS_TYPE = 'https://cloudsignatureconsortium.org/2025/credential';

export async function connect(options: ConnectOptions): Promise<SigningService> {
  const { channel, info } = await Channel.open(options);
  return {
    info,
    login: async () => {
      const step = await channel.authorize({ scope: 'service' });
      return { url: step.url, finish: async (returned) => sessionOf(channel, await step.finish(returned)) };
    },
    authorize: async (request) => {
      const step = await channel.authorize({ authorization_details: JSON.stringify([detailsOf(request)]) });
      return { url: step.url, finish: async (returned) => approvalOf(channel, await step.finish(returned), request) };
    },
  };
}

/** The members of the specification only: which algorithm fits the key, the service knows. */
function detailsOf({ credentialId, documents, hashAlgorithm }: ApprovalRequest): object {
  return {
    type: DETAILS_TYPE,
    credentialID: credentialId,
    numSignatures: documents.length,
    documentDigests: documents.map(({ hash, label }) => ({ hash: toBase64(hash), label })),
    hashAlgorithmOID: HASH_ALGORITHMS[hashAlgorithm],
  };
}

function sessionOf(channel: Channel, token: string): SignerSession {
  const wanted = { certificates: 'chain', certInfo: true, authInfo: true };
  return {
    credentials: async () => {
      const body = { credentialInfo: true, ...wanted };
      const { credentialInfos } = await channel.call<{ credentialInfos: readonly CredentialInfo[] }>('credentials/list', token, body);
      return credentialInfos;
    },
    credential: async (credentialID) => ({ ...(await channel.call<CredentialInfo>('credentials/info', token, { credentialID, ...wanted })), credentialID }),
  };
}

function approvalOf(channel: Channel, token: string, { credentialId, hashAlgorithm, signAlgo }: ApprovalRequest): Approval {
  return {
    signHash: async (hashes) => {
      const body = { credentialID: credentialId, hashes: hashes.map(toBase64), hashAlgorithmOID: HASH_ALGORITHMS[hashAlgorithm], signAlgo };
      const { signatures } = await channel.call<{ signatures: readonly string[] }>('signatures/signHash', token, body);
      if (signatures.length !== hashes.length) throw new SigningServiceError('signatures_count');
      return signatures.map(fromBase64);
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
