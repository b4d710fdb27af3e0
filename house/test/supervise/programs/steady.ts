// SPDX-License-Identifier: Apache-2.0
// A process as they should be: answers, listens on the socket it was named, ends when asked.
import { createServer } from 'node:net';
import { announceReady, onStop } from '@sigillo/wire';

const socket = process.argv[2];
const server = createServer();
onStop(() => {
  process.stdout.write('stopped in good order\n');
  server.close();
});
if (socket === undefined) announceReady();
else server.listen(socket, announceReady);
setInterval(() => {}, 1000);
