// SPDX-License-Identifier: Apache-2.0
// The modules of rooms that nobody may import, loaded by their address. What is used of them is written down here.
import type { Approval, CredentialInfo, SignerSession, SigningService, ToBeSigned } from '@sigillo/sdk';
import type { Log } from '@sigillo/wire';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Disk } from './altered/disk-in-memory.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function load<T>(path: string): Promise<T> {
  return (await import(new URL(`../../${path}`, import.meta.url).href)) as T;
}

interface BareAlgorithm {
  readonly scheme: 'ecdsa' | 'rsa-pkcs1';
  readonly hash: 'sha256';
}
/** The crypto module's calls into OpenSSL, with nothing around them. */
export interface OpenSsl {
  readonly loadPrivateKey: (pkcs8: Uint8Array, type: 'ec' | 'rsa') => object;
  readonly loadPublicKey: (spki: Uint8Array) => object;
  readonly signDigest: (key: object, algorithm: BareAlgorithm, digest: Uint8Array) => Uint8Array;
  readonly verifyDigest: (key: object, algorithm: BareAlgorithm, digest: Uint8Array, signature: Uint8Array) => void;
}
export const openSsl = (): Promise<OpenSsl> => load('tamper-protected/crypto-module/src/software/openssl.ts');

export interface ProcessRow {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly network: boolean;
  readonly addons: boolean;
  readonly compileCache: undefined;
}
export interface ProcessRows {
  readonly nodeArguments: (row: ProcessRow) => string[];
  readonly environmentOf: (row: ProcessRow) => NodeJS.ProcessEnv;
  /** What is read to run a program. */
  readonly codeOf: (program: string) => string[];
}
export const processRows = (): Promise<ProcessRows> => load('house/src/supervise/process-row.ts');

export interface Addresses {
  readonly portBase: number;
  readonly ssaUrl: string;
  readonly issuer: string;
  readonly signOrigin: string;
  readonly rpId: string;
}
export interface Instance {
  readonly addresses: Addresses;
  readonly layout: { readonly clientKey: (clientId: string) => string; readonly folder: (room: 'idp') => string; readonly key: (name: 'credential-token') => string };
}
export interface House {
  readonly freePortBase: () => Promise<number>;
  readonly instanceOf: (home: string, portBase: number) => Instance;
}
export async function house(): Promise<House> {
  const { freePortBase } = await load<Pick<House, 'freePortBase'>>('house/src/rehearse/own-instance.ts');
  const { addressesOf } = await load<{ addressesOf: (portBase: number) => Addresses }>('house/src/home/home.ts');
  const { homeLayout } = await load<{ homeLayout: (home: string, sockets: string) => Instance['layout'] }>('house/src/home/layout.ts');
  return { freePortBase, instanceOf: (home, portBase) => ({ addresses: addressesOf(portBase), layout: homeLayout(home, join(home, 'run')) }) };
}

export interface AlteredRow {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
interface InstanceOptions {
  readonly home: string;
  readonly portBase: string;
  readonly ownDatabaseServer: undefined;
  readonly log: Log;
  readonly without?: readonly string[];
  readonly alter?: <R extends AlteredRow>(row: R) => R;
}
export async function openInstance(options: InstanceOptions): Promise<{ readonly stop: () => Promise<void> }> {
  const instance = await load<{ readonly openInstance: typeof openInstance }>('house/src/instance.ts');
  return instance.openInstance(options);
}

export const processNames = async (): Promise<readonly string[]> => (await load<{ readonly PROCESS_NAMES: readonly string[] }>('house/src/processes.ts')).PROCESS_NAMES;

interface PopulateOptions {
  readonly state: string;
  readonly public: string;
  readonly store: string;
  readonly sealKey: string;
  readonly ticketKey: Uint8Array;
  readonly database: string;
  readonly credentials: number;
  readonly members: number;
}
interface PopulationMember {
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly spki: Uint8Array;
  readonly credentialId: Uint8Array;
  readonly passkeyPrivateKey: Uint8Array;
}
type Populate = (options: PopulateOptions) => Promise<{ readonly members: readonly PopulationMember[]; readonly seconds: number; readonly journalBytes: number }>;
/** The SAM's own code, over many signers at once. */
export const populate: Populate = async (options) => (await load<{ readonly populate: Populate }>('tamper-protected/sam/test/population/populate.ts')).populate(options);

/** The SAM's disk, as an object that its program takes when it starts. */
export const samDisk = (): Promise<{ readonly realDisk: Disk }> => load('tamper-protected/sam/src/journal/disk.ts');
/** Starts the SAM in this process. */
export const samMain = (): Promise<void> => load('tamper-protected/sam/src/main.ts');

export interface Signer {
  readonly enrol: (person: { readonly givenName: string; readonly surname: string; readonly country: string }) => Promise<void>;
  readonly logIn: () => Promise<void>;
  readonly session: { readonly token: string };
  readonly passkey: { readonly stored: { readonly credentialId: string; readonly privateKey: string } };
}
export interface Application {
  readonly service: SigningService;
  readonly session: SignerSession;
  readonly credential: CredentialInfo;
}
export interface Played {
  readonly newSigner: (addresses: Addresses) => Signer;
  readonly openApplication: (instance: Instance, signer: Signer, tokens: 'dpop' | 'bearer') => Promise<Application>;
  readonly approved: (application: Application, signer: Signer, documents: readonly ToBeSigned[]) => Promise<Approval>;
}
/** The signer without a browser and the application that the tests of the whole play. */
export async function played(): Promise<Played> {
  const { PlayedSigner } = await load<{ PlayedSigner: new (addresses: Addresses) => Signer }>('house/test/played/signer.ts');
  const application = await load<Pick<Played, 'openApplication' | 'approved'>>('house/test/played/application.ts');
  return { newSigner: (addresses) => new PlayedSigner(addresses), openApplication: application.openApplication, approved: application.approved };
}
