// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';
import { HouseError } from '../error.ts';
import { PORTS } from './home.ts';

/** Those that browsers reach by a name, which stands for both addresses. */
const BROWSER_NAMES: ReadonlySet<string> = new Set(['static', 'idp']);

/** Refuses, naming the port, when somebody else listens where a process of ours is to listen. */
export async function requireFreePorts(portBase: number): Promise<void> {
  const own = Object.entries(PORTS).filter(([room]) => room !== 'example');
  for (const [room, offset] of own) {
    for (const host of BROWSER_NAMES.has(room) ? ['127.0.0.1', '::1'] : ['127.0.0.1']) await requireFree(host, portBase + offset);
  }
}

function requireFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'EAFNOSUPPORT') resolve();
      else reject(new HouseError('port_taken', `Port ${port} on ${host} is taken (${cause.code ?? 'unknown'}): end what listens there, or choose another base with SIGILLO_PORT for a new SIGILLO_HOME.`, { cause }));
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
