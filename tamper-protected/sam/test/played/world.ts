// SPDX-License-Identifier: Apache-2.0
// A SAM with everything around it: a real crypto module, a real database, a real link to its door; the IdP, the officers and the CA are
// played.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import type { Answer, Request } from '@sigillo/doors/door';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { createCryptoModule, type Driver, openCryptoModule } from '@sigillo/crypto-module';
import { toBase64, toBase64url, toHex } from '@sigillo/standards/bytes';
import { toPem } from '@sigillo/standards/x509';
import { connectLink, type Link, type LinkServer, monotonicMs, openLog, serveLink } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { type Database, openDatabase } from '../../src/database.ts';
import { readDeployment } from '../../src/deployment.ts';
import { portOf } from '../../src/internal-module.ts';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { rebuildJournal, type Rebuilt, type RebuildOptions } from '../../src/rebuild/rebuild.ts';
import { openRecoveryDatabase } from '../../src/rebuild/recovery-database.ts';
import { openSam, type Sam, type SamOptions } from '../../src/sam.ts';
import type { Limits } from '../../src/state.ts';
import { realTimers } from '../../src/timers.ts';
import { Authenticator } from './authenticator.ts';
import { Authority } from './authority.ts';
import { openTables, type TestTables } from './postgres.ts';

export const SIGN = { rpId: 'sign.localhost', origin: 'http://sign.localhost:8400' } as const;
export const OFFICE = { rpId: 'officer.localhost', origin: 'http://officer.localhost:8400' } as const;
const POLICY_OID = '2.25.210276340117562911530471869107351287410.1';

export interface Officer {
  readonly officerId: Uint8Array;
  readonly personId: Uint8Array;
  readonly role: 'registration' | 'privileged';
  readonly authenticator: Authenticator;
}

export interface Officers {
  readonly registrar: Officer;
  readonly first: Officer;
  readonly second: Officer;
  readonly third?: Officer;
}

export interface WorldOptions {
  /** Tables on another server. */
  readonly tables?: TestTables;
  /** The module in this process, or in one of its own. */
  readonly module?: 'internal' | 'external';
  readonly wrapDriver?: (driver: Driver) => Driver;
  readonly wrapPort?: (port: CryptoModulePort) => CryptoModulePort;
  readonly wrapDatabase?: (database: Database) => Database;
  readonly disk?: Disk;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<Limits>;
  readonly copyBeforeRelease?: boolean;
  readonly snapshotEveryBytes?: number;
  readonly startFromBeginning?: () => boolean;
  /** Other officers than three honest ones. */
  readonly officers?: (honest: Officers) => Officers;
}

export interface World {
  readonly folder: string;
  readonly officers: Officers;
  readonly authority: Authority;
  readonly idpKey: KeyObject;
  readonly issuer: string;
  readonly logLines: string[];
  readonly deaths: string[];
  /** How far the SAM's clocks are ahead of the real ones. */
  readonly ahead: { monotonicMs: number; wallMs: number };
  readonly tables: TestTables;
  /** Key of the arrow from the SSA; the socket is `sam.sock` in the folder. */
  readonly linkKey: Uint8Array;
  sam: Sam;
  ask<N extends keyof SamDoor>(name: N, request: Request<SamDoor[N]>): Promise<Answer<SamDoor[N]>>;
  /**
   * Stops cleanly, or as a crash does, or was stopped already, and starts again on the same folder. `between` may do things to the folder.
   */
  restart(how?: 'stop' | 'crash' | 'none', between?: () => void | Promise<void>): Promise<void>;
  /** Makes the folder anew from the copy, as `journal-rebuild.ts` does; at a module of its own unless one is given. */
  rebuild(port?: CryptoModulePort, changes?: Partial<RebuildOptions>): Promise<Rebuilt>;
  close(): Promise<void>;
}

function publicFiles(
  folder: string,
  world: Pick<World, 'officers' | 'authority' | 'idpKey' | 'issuer'>,
  identityPublicKey: Uint8Array,
  policy: WorldOptions['policy'],
): void {
  mkdirSync(join(folder, 'roots'), { recursive: true });
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  const client = (clientId: string, more: object): object => ({
    clientId,
    name: `Application ${clientId}`,
    kind: 'service',
    tokenBinding: 'dpop',
    redirectUris: [],
    jwks: null,
    scopes: ['service', 'credential'],
    hashOnly: false,
    ...more,
  });
  const { d: _, ...jwk } = world.idpKey.export({ format: 'jwk' });
  write('deployment.json', {
    deploymentId: toHex(randomBytes(16)),
    samId: toHex(randomBytes(16)),
    portBase: 8400,
    issuer: world.issuer,
    signOrigin: SIGN.origin,
    officerOrigin: OFFICE.origin,
    ssaUrl: '',
    scaUrl: '',
    caUrl: '',
    tsaUrl: '',
    rpId: SIGN.rpId,
    officerRpId: OFFICE.rpId,
    created: '2026-11-21T00:00:00Z',
  });
  write('policy.json', {
    name: 'test',
    organisation: 'Test',
    assuranceLevel: 'none',
    claim: 'none_test',
    certificatePolicy: POLICY_OID,
    certificateDays: 365,
    keyAlgorithm: 'P-256',
    approvalsNeeded: 2,
    signaturesMax: 100,
    intentSeconds: 120,
    executeSeconds: 300,
    approvalHours: 72,
    secondPasskeyWaitHours: 0,
    backupEligibleAllowed: true,
    hashOnlyAllowed: true,
    wholeListInOrder: false,
    algorithms: 'eu-2026',
    ...policy,
  });
  write('sam.json', { identityPublicKey: toBase64(identityPublicKey) });
  write('idp.json', { issuer: world.issuer, jwks: { keys: [{ ...jwk, kid: 'idp-1', alg: 'ES256' }] } });
  write('clients.json', [
    client('sic', { kind: 'page' }),
    client('sca', {}),
    client('example-dpop', { hashOnly: true }),
    client('example-bearer', { hashOnly: true, tokenBinding: 'bearer' }),
  ]);
  write(
    'officers.json',
    (Object.values(world.officers) as Officer[]).map(({ officerId, personId, role, authenticator }) => ({
      officerId: toHex(officerId),
      personId: toHex(personId),
      role,
      authenticators: [{ credentialId: toBase64url(authenticator.credentialId), coseKey: toBase64url(authenticator.coseKey) }],
    })),
  );
  writeFileSync(join(folder, 'roots', 'root.pem'), toPem('CERTIFICATE', world.authority.root.encoded));
}

function officer(role: Officer['role']): Officer {
  return { officerId: randomBytes(16), personId: randomBytes(16), role, authenticator: new Authenticator(OFFICE) };
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const tables = options.tables ?? (await openTables());
  const folder = mkdtempSync(join(tmpdir(), 'sg-sam-'));
  const sealKey = join(folder, 'seal.key');
  writeFileSync(sealKey, randomBytes(32), { mode: 0o600 });
  const store = join(folder, 'module');
  const identityPublicKey = createCryptoModule({ store, sealKey });
  const ticketKey = randomBytes(32);
  const honest: Officers = { registrar: officer('registration'), first: officer('privileged'), second: officer('privileged') };
  const base = {
    folder,
    officers: options.officers?.(honest) ?? honest,
    authority: new Authority(POLICY_OID),
    idpKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    issuer: 'http://localhost:8401',
    logLines: [] as string[],
    deaths: [] as string[],
    ahead: { monotonicMs: 0, wallMs: 0 },
  };
  mkdirSync(join(folder, 'public'));
  mkdirSync(join(folder, 'sam'));
  publicFiles(join(folder, 'public'), base, identityPublicKey, options.policy);
  const linkKey = randomBytes(32);
  const socket = join(folder, 'sam.sock');
  const log = openLog('sam', (line) => base.logLines.push(line), Date.now);
  let sam: Sam;
  let server: LinkServer;
  let link: Link<SamDoor>;
  let stopModule: () => void = () => undefined;
  let closeDatabase: () => Promise<void> = () => Promise.resolve();

  const openPort = async (): Promise<CryptoModulePort> => {
    if (options.module !== 'external')
      return portOf(
        openCryptoModule({ store, sealKey, ticketKey, ...(options.wrapDriver === undefined ? {} : { wrapDriver: options.wrapDriver }) }),
      );
    const { port, stop } = await startModule(folder, store, sealKey, ticketKey);
    stopModule = stop;
    return port;
  };
  const optionsOf = (port: CryptoModulePort, database: Database): SamOptions => ({
    powers: {
      now: () => Date.now() + base.ahead.wallMs,
      monotonic: () => monotonicMs() + base.ahead.monotonicMs,
      random: (length) => randomBytes(length),
      log,
      disk: options.disk ?? realDisk,
      timers: realTimers,
      die: (code) => base.deaths.push(code),
    },
    deployment: readDeployment(join(folder, 'public')),
    cryptoModule: options.wrapPort?.(port) ?? port,
    ticketKey,
    database: options.wrapDatabase?.(database) ?? database,
    folder: join(folder, 'sam'),
    copyBeforeRelease: options.copyBeforeRelease ?? false,
    startFromBeginning: options.startFromBeginning?.() ?? false,
    ...(options.snapshotEveryBytes === undefined ? {} : { snapshotEveryBytes: options.snapshotEveryBytes }),
    limits: { pendingOperations: 20_000, operationsPerSigner: 8, enrolmentsPending: 1000, approvedTickets: 500_000, copyLagSecondsMax: 60, ...options.limits },
  });
  const start = async (): Promise<void> => {
    const port = await openPort();
    const database = openDatabase(tables.url, () => undefined, options.copyBeforeRelease === true ? 'standby' : 'local');
    closeDatabase = () => database.close();
    try {
      sam = await openSam(optionsOf(port, database));
    } catch (cause) {
      await database.close();
      port.close();
      stopModule();
      throw cause;
    }
    server = await serveLink({
      door: samDoor,
      name: 'sam',
      path: socket,
      callers: { ssa: linkKey },
      handlers: sam.handlers,
      log,
      random: (length) => randomBytes(length),
      monotonic: monotonicMs,
    });
    link = connectLink({
      door: samDoor,
      name: 'sam',
      path: socket,
      key: linkKey,
      random: (length) => randomBytes(length),
      monotonic: monotonicMs,
    });
  };
  const stop = async (how: 'stop' | 'crash'): Promise<void> => {
    link.close();
    await server.close();
    if (how === 'stop') await sam.close();
    else {
      await abandon(sam);
      await closeDatabase();
    }
    stopModule();
  };
  await start();
  return {
    ...base,
    tables,
    linkKey,
    get sam() {
      return sam;
    },
    ask: (name, request) => link.call(name, request, { requestId: 'test' }),
    async restart(how = 'stop', between = () => undefined) {
      if (how !== 'none') await stop(how);
      await between();
      await start();
    },
    async rebuild(port, changes = {}) {
      const own = port ?? (await openPort());
      const database = openDatabase(tables.url, () => undefined);
      const recovery = await openRecoveryDatabase(tables.url);
      try {
        return await rebuildJournal({ ...optionsOf(own, database), recovery, ...changes });
      } finally {
        if (port === undefined) own.close();
        await Promise.all([recovery.close(), database.close()]);
      }
    },
    async close() {
      await stop('crash').catch(() => undefined);
      await sam.state.journal.close().catch(() => undefined);
      await closeDatabase();
      await tables.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a kill leaves: nothing is written any more, nothing is said. */
async function abandon({ state }: Sam): Promise<void> {
  state.rows.close();
  state.copy.close();
  await state.copy.settled();
  state.cryptoModule.close();
}

async function startModule(
  folder: string,
  store: string,
  sealKey: string,
  ticketKey: Uint8Array,
): Promise<{ readonly port: CryptoModulePort; readonly stop: () => void }> {
  const key = randomBytes(32);
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    return join(folder, name);
  };
  const socket = join(folder, 'module.sock');
  const config = join(folder, 'module.json');
  writeFileSync(
    config,
    JSON.stringify({
      listen: { socket, callers: { sam: file('module-link.key', key) } },
      store,
      sealKey,
      ticketKey: file('ticket.key', ticketKey),
      public: join(folder, 'public'),
    }),
  );
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../crypto-module/src/main.ts', import.meta.url)), config], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  await ready(child);
  return {
    port: connectLink({
      door: cryptoModuleDoor,
      name: 'crypto-module',
      path: socket,
      key,
      random: (length) => randomBytes(length),
      monotonic: monotonicMs,
    }),
    stop: () => child.kill('SIGKILL'),
  };
}

/** Settles when a process of ours says on descriptor 3 that it answers. */
export function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdio[3]!.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)));
  });
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export interface TicketChanges {
  readonly header?: object;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
  /** Another spelling of the claims. */
  readonly spell?: (json: string) => string;
}

/** A ticket as the IdP makes it, but for what is changed; a member set to undefined is left out. */
export function makeTicket(
  world: World,
  about: {
    readonly signerId: Uint8Array;
    readonly keyId: Uint8Array;
    readonly hashes: readonly Uint8Array[];
    readonly clientId?: string;
    readonly jkt?: Uint8Array | null;
  },
  changes: TicketChanges = {},
): string {
  const now = Math.floor((Date.now() + world.ahead.wallMs) / 1000);
  const details = {
    credentialID: toHex(about.keyId),
    hashes: about.hashes.map(toBase64),
    hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    signAlgo: '1.2.840.10045.4.3.2',
    labels: about.hashes.map((_, i) => `contract ${i}.pdf`),
    documentLocations: about.hashes.map((_, i) => ({
      content: `http://127.0.0.1:8403/prepared/${i}/content`,
      attributes: `http://127.0.0.1:8403/prepared/${i}/attributes`,
    })),
    ...changes.details,
  };
  const jkt = about.jkt === null ? {} : { jkt: toBase64url(about.jkt ?? THUMBPRINT) };
  const claims = {
    iss: world.issuer,
    aud: ['urn:sigillo:sam', 'urn:sigillo:ssa'],
    sub: toHex(about.signerId),
    client_id: about.clientId ?? 'sca',
    ...jkt,
    jti: toBase64url(randomBytes(16)),
    iat: now,
    exp: now + 900,
    details,
    ...changes.claims,
  };
  const part = (value: unknown, spell: (json: string) => string = (json) => json): string =>
    Buffer.from(spell(JSON.stringify(value))).toString('base64url');
  const input = `${part({ alg: 'ES256', typ: 'sigillo-ticket+jwt', kid: 'idp-1', ...changes.header })}.${part(claims, changes.spell)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: changes.key ?? world.idpKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Thumbprint of the application's key. */
export const THUMBPRINT: Uint8Array = createHash('sha256').update('key of the application').digest();
