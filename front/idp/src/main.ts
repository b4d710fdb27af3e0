// SPDX-License-Identifier: Apache-2.0
// The process of the IdP: `node src/main.ts CONFIG.json`. It talks to PostgreSQL and to whoever knocks at its HTTP door, and to nothing
// else.
import './library-notices.ts';
import { announceReady, linesToStandardOutput, onStop, openLog, random } from '@sigillo/wire';
import { readIdpConfig } from './config.ts';
import { openIdp } from './idp.ts';

const log = openLog('idp', linesToStandardOutput(), Date.now);
const config = readIdpConfig(process.argv[2]);
const idp = await openIdp(config, { log, nowSeconds: () => Math.floor(Date.now() / 1000), monotonic: () => performance.now(), random });
onStop(() => idp.close());
await idp.listen();
log.info('listening', { port: config.port });
announceReady();
