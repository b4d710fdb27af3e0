// SPDX-License-Identifier: Apache-2.0
// The configuration files of all processes of a home. They are derived from the home at each start: the folder of the sockets may have moved.
import { mkdirSync, writeFileSync } from 'node:fs';
import { TIME_STAMP_POLICY } from './ceremony/public-files.ts';
import { PORTS, type Addresses } from './home/home.ts';
import type { HomeLayout } from './home/layout.ts';
import type { ProcessName } from './processes.ts';
import { LOGO_PATH } from './static/site.ts';

export interface ConfigurationOptions {
  readonly layout: HomeLayout;
  readonly addresses: Addresses;
  readonly sic: string;
  readonly databaseUrl: (role: 'idp' | 'sam' | 'ca') => string;
}

export function writeConfigurations(options: ConfigurationOptions): void {
  mkdirSync(options.layout.config, { recursive: true, mode: 0o700 });
  for (const [process, configuration] of Object.entries(configurations(options))) {
    writeFileSync(options.layout.configOf(process), `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
  }
}

function configurations({ layout, addresses, sic, databaseUrl }: ConfigurationOptions): Readonly<Record<ProcessName, unknown>> {
  const { key, socket } = layout;
  const port = (room: keyof typeof PORTS): number => addresses.portBase + PORTS[room];
  const cryptoModule = (name: 'crypto-module' | 'crypto-module-2'): unknown => ({
    listen: { socket: socket(name), callers: { sam: key('sam-crypto-module') } },
    store: layout.folder('crypto-module'),
    sealKey: key('crypto-module-seal'),
    ticketKey: key('ticket'),
    public: layout.public,
  });
  return {
    'crypto-module': cryptoModule('crypto-module'),
    'crypto-module-2': cryptoModule('crypto-module-2'),
    sam: {
      listen: { socket: socket('sam'), callers: { ssa: key('ssa-sam') } },
      cryptoModule: { mode: 'external', sockets: [socket('crypto-module'), socket('crypto-module-2')], key: key('sam-crypto-module') },
      ticketKey: key('ticket'),
      state: layout.folder('sam'),
      database: databaseUrl('sam'),
      public: layout.public,
    },
    ca: {
      http: { port: port('ca') },
      baseUrl: addresses.caUrl,
      listen: { socket: socket('ca'), callers: { ssa: key('ssa-ca') } },
      token: { folder: layout.folder('ca'), sealKey: key('ca-seal') },
      database: databaseUrl('ca'),
      public: layout.public,
      tsaRequest: layout.tsaRequest,
    },
    tsa: {
      http: { port: port('tsa') },
      token: { folder: layout.folder('tsa'), sealKey: key('tsa-seal') },
      request: layout.tsaRequest,
      public: layout.public,
      policy: TIME_STAMP_POLICY,
      accuracyMs: 1000,
    },
    idp: {
      port: port('idp'),
      publicFolder: layout.public,
      stateFolder: layout.folder('idp'),
      databaseUrl: databaseUrl('idp'),
      credentialTokenKey: key('credential-token'),
      revokedTokens: layout.revokedTokens,
    },
    ssa: {
      port: port('ssa'),
      publicFolder: layout.public,
      credentialTokenKey: key('credential-token'),
      revokedTokens: layout.revokedTokens,
      sam: { socket: socket('sam'), key: key('ssa-sam') },
      ca: { socket: socket('ca'), key: key('ssa-ca') },
      info: { name: 'Sigillo', description: 'Trial deployment: identities are not verified', region: 'EU', logo: `${addresses.signOrigin}${LOGO_PATH}` },
    },
    sca: {
      port: port('sca'),
      publicFolder: layout.public,
      spoolFolder: layout.folder('sca'),
      client: { id: 'sca', key: layout.clientKey('sca') },
    },
    static: {
      port: port('static'),
      sic,
      public: layout.public,
      signOrigin: addresses.signOrigin,
      officerOrigin: addresses.officerOrigin,
      issuer: addresses.issuer,
      ssaUrl: addresses.ssaUrl,
      scaUrl: addresses.scaUrl,
    },
    'demo-officers': {
      public: layout.public,
      officers: `${layout.folder('officers')}/officers.json`,
      issuer: addresses.issuer,
      ssaUrl: addresses.ssaUrl,
      client: { id: 'officers', key: layout.clientKey('officers') },
    },
  };
}
