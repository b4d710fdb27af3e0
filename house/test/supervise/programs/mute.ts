// SPDX-License-Identifier: Apache-2.0
// A process that never says that it answers; with the word `ends` it ends instead.
import { writeSync } from 'node:fs';

writeSync(3, '{"ready":false}\n');
if (process.argv[2] === 'ends') process.exit(7);
setInterval(() => {}, 1000);
