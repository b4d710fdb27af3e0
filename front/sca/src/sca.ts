// SPDX-License-Identifier: Apache-2.0
// The signature creation application, wired: one HTTP door for the signer's page and the returning browser, readers of documents, and one way out.
import { openHttpDoor, type HttpDoor } from '@sigillo/http';
import { toHex } from '@sigillo/standards/bytes';
import { openOwners } from './caller/owner.ts';
import type { ScaConfig } from './config.ts';
import { DEFAULT_LIMITS, SWEEP_MS } from './document/limits.ts';
import { Spool } from './document/spool.ts';
import { DocumentStore } from './document/store.ts';
import { openEgress } from './egress/egress.ts';
import { DEFAULT_READERS, openReaders } from './parsing/readers.ts';
import type { DocumentWork } from './parsing/work.ts';
import type { Powers } from './powers.ts';
import type { PublicFiles } from './public-files.ts';
import { addCallbackRoute } from './routes/callback.ts';
import { addDocumentRoutes } from './routes/documents.ts';
import { addPreparedRoutes } from './routes/prepared.ts';
import { openAuthorizationServer } from './services/authorization-server.ts';
import { openCredentials } from './services/credentials.ts';
import { signHash } from './services/sign-hash.ts';
import { timeStamp } from './services/time-stamp.ts';
import { beginSigning } from './signing/begin.ts';
import { finishSigning } from './signing/finish.ts';

export type ScaSettings = Omit<ScaConfig, 'port' | 'publicFolder'>;

export interface Sca {
  readonly door: HttpDoor;
  stop(): Promise<void>;
}

/** A large document over a slow line. */
const UPLOAD_MS_MAX = 15 * 60_000;

/** `change` puts another reader of documents in the place of ours: a test shows with it that the others see when this room lies. */
export async function openSca(settings: ScaSettings, files: PublicFiles, powers: Powers, change: (work: DocumentWork) => DocumentWork = (work) => work): Promise<Sca> {
  const { nowMs, random, log, wait } = powers;
  const { deployment, root, issuing } = files;
  const { issuer, ssaUrl, scaUrl, tsaUrl, signOrigin } = deployment;
  const limits = withDefaults(DEFAULT_LIMITS, settings);
  const spool = new Spool(settings.spoolFolder, random);
  const store = new DocumentStore(spool, limits, { nowMs, log });
  const readers = openReaders({ ...readersOf(settings), fileBytesMax: limits.documentBytesMax });
  const work = change(readers);
  const egress = openEgress({ addresses: [issuer, ssaUrl, tsaUrl], fetch: powers.fetch });
  const client = { clientId: settings.client.id, clientKey: settings.client.key };
  const server = await openAuthorizationServer({ issuer, redirectUri: `${scaUrl}/callback`, ...client, egress });
  const readCredential = openCredentials({ ssaUrl, server, root, nowMs });
  const door = await openHttpDoor({
    title: 'Sigillo: signature creation application',
    version: '1',
    origins: [signOrigin],
    allowedHeaders: ['x-document-name'],
    log,
    requestId: () => toHex(random(16)),
    ready: () => undefined,
  });
  door.server.requestTimeout = UPLOAD_MS_MAX;
  const begin = { scaUrl, store, spool, work, readCredential, server, nowMs, random };
  const finish = {
    store, spool, work, server, root, issuing, nowMs, log,
    signHash: (token, attempt) => signHash({ ssaUrl, server, wait }, token, attempt),
    timeStamp: (signature) => timeStamp({ tsaUrl, egress, root, issuing, random, nowMs, wait }, signature),
  } satisfies Parameters<typeof finishSigning>[0];
  addDocumentRoutes(door, {
    store, spool, work, nowMs, random,
    findOwner: openOwners(files, nowMs),
    documentBytesMax: limits.documentBytesMax,
    begin: (document, credentialId) => beginSigning(begin, document, credentialId),
  });
  addPreparedRoutes(door, { store, spool });
  addCallbackRoute(door, { store, signOrigin, finish: (document, query, requestId) => finishSigning(finish, document, query, requestId) });
  const sweeping = setInterval(() => store.sweep(), SWEEP_MS);
  sweeping.unref();
  return {
    door,
    stop: async () => {
      clearInterval(sweeping);
      await door.close();
      await readers.close();
    },
  };
}

function readersOf({ readersMax, readerSecondsMax: secondsMax, readerMemoryMiBMax: memoryMiBMax }: ScaSettings): Omit<Parameters<typeof openReaders>[0], 'fileBytesMax'> {
  return withDefaults(DEFAULT_READERS, { readersMax, secondsMax, memoryMiBMax });
}

function withDefaults<T extends object>(defaults: T, given: { readonly [K in keyof T]?: number | undefined }): { readonly [K in keyof T]: number } {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, given[name as keyof T] ?? value])) as { readonly [K in keyof T]: number };
}
