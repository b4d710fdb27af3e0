// SPDX-License-Identifier: Apache-2.0
// A process that does not hear when it is asked to end, and looks at nothing that the house holds.
import { announceReady } from '@sigillo/wire';

process.on('SIGTERM', () => {});
announceReady();
setInterval(() => {}, 1000);
