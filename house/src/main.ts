// SPDX-License-Identifier: Apache-2.0
// `npm start`: the whole system on this machine, until Ctrl-C.
import { openLog } from '@sigillo/wire';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HouseError } from './error.ts';
import { openInstance } from './instance.ts';
import { openLogFile } from './supervise/log-file.ts';
import { watchStarter } from './supervise/starter.ts';

const NOT_PROTECTED = [
  'A trial: officers are programs, nobody verifies identities, and certificates say so.',
  'Every process runs as the same user of this machine, with a software crypto module; no certified environment is claimed.',
  'If the whole machine is rolled back at once, nothing inside can see it. SECURITY.md has the rest.',
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const home = process.env['SIGILLO_HOME'] ?? fileURLToPath(new URL('../../var', import.meta.url));
const houseLog = openLogFile(join(home, 'log', 'house.log'));
const log = openLog('house', (line) => houseLog.write(Buffer.from(line)), Date.now);
let ending = false;

try {
  const opening = openInstance({ home, portBase: process.env['SIGILLO_PORT'], ownDatabaseServer: process.env['SIGILLO_DATABASE_URL'], log });
  const end = (): void => {
    if (ending) return;
    ending = true;
    say('Sigillo is ending …');
    opening.then((instance) => instance.stop()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  watchStarter(end);
  const { addresses, layout } = await opening;
  say('');
  for (const line of NOT_PROTECTED) say(`  ${line}`);
  say('');
  say(`  signer's page       ${addresses.signOrigin}/`);
  say(`  CSC API v2          ${addresses.ssaUrl}/csc/v2   (OpenAPI: ${addresses.ssaUrl}/openapi.json)`);
  say(`  OAuth 2 / OpenID    ${addresses.issuer}/.well-known/openid-configuration`);
  say(`  documents (SCA)     ${addresses.scaUrl}/openapi.json`);
  say(`  certificates        ${addresses.caUrl}/root.der   time-stamps  ${addresses.tsaUrl}/`);
  say(`  keys of the example applications   ${layout.clients}`);
  say(`  logs                ${layout.logs}`);
  say('');
  if (!ending) say(`Sigillo is ready: ${addresses.signOrigin}/`);
} catch (cause) {
  if (!(cause instanceof HouseError)) log.error('start_failed', { code: 'internal' }, cause);
  process.stderr.write(`${cause instanceof HouseError ? cause.message : `Sigillo could not start; see ${join(home, 'log')}.`}\n`);
  process.exit(1);
}
