// SPDX-License-Identifier: Apache-2.0
// `localhost` is two addresses, and browsers try ::1 first: a stranger who listened there would own the issuer's origin and be sent its
// cookies. So both are ours, or the start fails; only a machine without IPv6 has one.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { HttpDoor } from '@sigillo/http';

export interface Listening {
  close(): Promise<void>;
}

export async function listenOnLocalhost(door: HttpDoor, port: number): Promise<Listening> {
  await door.listen({ host: '127.0.0.1', port });
  // Through the first server, so that both addresses share one bound.
  const second = createServer((request, response) => void door.server.emit('request', request, response));
  second.requestTimeout = door.server.requestTimeout;
  second.keepAliveTimeout = door.server.keepAliveTimeout;
  const there = await listens(second, port);
  return {
    async close() {
      if (!there) return;
      second.close();
      second.closeAllConnections();
      await once(second, 'close');
    },
  };
}

async function listens(server: Server, port: number): Promise<boolean> {
  server.listen({ host: '::1', port, ipv6Only: true });
  try {
    await once(server, 'listening');
    return true;
  } catch (cause) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes((cause as NodeJS.ErrnoException).code ?? '')) return false;
    throw cause;
  }
}
