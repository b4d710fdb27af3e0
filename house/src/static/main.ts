// SPDX-License-Identifier: Apache-2.0
// The static host: the signer's page, its viewer and pins.json for one host name, a plain sentence for the officers' one. It listens on 127.0.0.1 and on
// [::1]: browsers resolve *.localhost to both and try the second first, and whoever answered there would own the page.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { announceReady, linesToStandardOutput, onStop, openLog } from '@sigillo/wire';
import { readStaticConfig } from './config.ts';
import { staticHandler } from './handler.ts';
import { openSite } from './site.ts';

const config = readStaticConfig(process.argv[2]);
const log = openLog('static', linesToStandardOutput(), Date.now);
const handler = staticHandler(openSite(config), randomUUID);
const servers = await Promise.all(['127.0.0.1', '::1'].map((host) => listen(host)));
onStop(() => {
  for (const server of servers) {
    server?.close();
    server?.closeAllConnections();
  }
});
announceReady();

/** On a machine without IPv6 there is no [::1] that a stranger could own either. */
function listen(host: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 15_000 }, handler);
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (host === '::1' && (cause.code === 'EADDRNOTAVAIL' || cause.code === 'EAFNOSUPPORT')) {
        log.warn('no_ipv6', { code: cause.code, port: config.port });
        resolve(undefined);
      } else {
        reject(cause);
      }
    });
    server.listen(config.port, host, () => resolve(server));
  });
}
