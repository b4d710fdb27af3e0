// SPDX-License-Identifier: Apache-2.0
// Run once, by the ceremony: makes the module's token and publishes the SAM's identity key.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64 } from '@sigillo/standards/bytes';
import { openerOptions, readCryptoModuleConfig } from './config.ts';
import { createCryptoModule } from './open.ts';

const config = readCryptoModuleConfig(process.argv[2]);
const identityPublicKey = createCryptoModule({ ...openerOptions(config), store: config.store });
writeFileSync(join(config.public, 'sam.json'), `${JSON.stringify({ identityPublicKey: toBase64(identityPublicKey) })}\n`, { flag: 'wx' });
