// SPDX-License-Identifier: Apache-2.0
import { startSca } from './start.ts';

await startSca(process.argv[2]);
