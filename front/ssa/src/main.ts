// SPDX-License-Identifier: Apache-2.0
import { caDoor } from '@sigillo/doors/ca';
import { samDoor } from '@sigillo/doors/sam';
import { announceReady, connectLink, linesToStandardOutput, onStop, openLog, random } from '@sigillo/wire';
import { readSsaConfig } from './config.ts';
import { readPublicFiles } from './public-files.ts';
import { openSsa } from './ssa.ts';

const config = readSsaConfig(process.argv[2]);
const files = readPublicFiles(config.publicFolder);
const monotonic = (): number => performance.now();
const log = openLog('ssa', linesToStandardOutput(), Date.now);
const sam = connectLink({ door: samDoor, name: 'sam', path: config.sam.socket, key: config.sam.key, random, monotonic });
const ca = connectLink({ door: caDoor, name: 'ca', path: config.ca.socket, key: config.ca.key, random, monotonic });
const ssa = await openSsa(config, files, { nowSeconds: () => Math.floor(Date.now() / 1000), monotonic, random, log, sam, ca });

onStop(async () => {
  await ssa.stop();
  sam.close();
  ca.close();
});
await ssa.door.listen({ host: '127.0.0.1', port: config.port });
log.info('listening', { port: config.port });
announceReady();
