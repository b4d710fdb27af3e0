// SPDX-License-Identifier: Apache-2.0
import { startCryptoModule } from './start.ts';

await startCryptoModule(process.argv[2]);
