// SPDX-License-Identifier: Apache-2.0
// Puts the IdP together from its configuration and the powers of its process.
import { setInterval } from 'node:timers';
import { rateLimit } from '@sigillo/http';
import type { JWK } from 'oidc-provider';
import type { IdpConfig } from './config.ts';
import { Approvals } from './database/approvals.ts';
import { openDatabase, type Database } from './database/database.ts';
import { IssuedTokens } from './database/issued-tokens.ts';
import { oidcAdapter } from './database/oidc-adapter.ts';
import { OneTimeSecrets } from './database/once.ts';
import { Sessions } from './database/sessions.ts';
import { sweep } from './database/sweep.ts';
import { openIdpDoor } from './door.ts';
import { listenOnLocalhost, type Listening } from './listen.ts';
import type { Parts } from './parts.ts';
import type { Powers } from './powers.ts';
import { registerClients } from './provider/clients.ts';
import { openProvider } from './provider/provider.ts';
import { remembering } from './provider/unavailable.ts';
import { readClients, readDeployment, readSamKey } from './public-files.ts';
import { RevokedTokens } from './revoked-tokens.ts';
import { readCookieKeys, readSigningKey } from './signing-key.ts';

export interface Idp {
  /** Opens the doors on both loopback addresses. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_MS = 60_000;

export async function openIdp(config: IdpConfig, powers: Powers): Promise<Idp> {
  const database = openDatabase(config.databaseUrl, powers.log);
  const door = await openIdpDoor(openParts(config, powers, database), () => notReady(database));
  const timer = setInterval(() => void sweepOnce(database, powers), SWEEP_MS).unref();
  let second: Listening | undefined;
  return {
    async listen() {
      second = await listenOnLocalhost(door, config.port);
    },
    async close() {
      clearInterval(timer);
      await second?.close();
      await door.close();
      await database.close();
    },
  };
}

function openParts(config: IdpConfig, powers: Powers, database: Database): Parts {
  const deployment = readDeployment(config.publicFolder);
  const clients = registerClients(readClients(config.publicFolder), deployment);
  const signingKey = readSigningKey(config.stateFolder);
  const once = new OneTimeSecrets(database, powers);
  const approvals = new Approvals(database, powers);
  const sessions = new Sessions(database);
  const tokens = new IssuedTokens(database, new RevokedTokens(config.revokedTokens, powers.nowSeconds()));
  const provider = openProvider({
    deployment,
    clients,
    adapter: oidcAdapter(remembering(database), tokens),
    approvals,
    tokens,
    sessions,
    signingKey: signingKey.publicKey,
    signingJwk: { ...(signingKey.privateKey.export({ format: 'jwk' }) as JWK), kid: signingKey.kid, alg: 'ES256', use: 'sig' },
    cookieKeys: readCookieKeys(config.stateFolder),
    credentialTokenKey: config.credentialTokenKey,
    powers,
  });
  const limit = rateLimit({ burst: config.burst ?? 300, perMinute: config.perMinute ?? 1200, monotonic: powers.monotonic });
  const samPins = { key: readSamKey(config.publicFolder), deploymentId: deployment.deploymentId, samId: deployment.samId };
  return { deployment, clients, provider, once, approvals, tokens, sessions, samPins, signingKey, limit, powers };
}

async function notReady(database: Database): Promise<string | undefined> {
  try {
    await database.run('ready', 'select 1', []);
    return undefined;
  } catch {
    return 'database_unreachable';
  }
}

async function sweepOnce(database: Database, powers: Powers): Promise<void> {
  try {
    const count = await sweep(database);
    if (count > 0) powers.log.info('expired_removed', { count });
  } catch (cause) {
    powers.log.error('sweep_failed', {}, cause);
  }
}
