// SPDX-License-Identifier: Apache-2.0
// A home is a folder with everything of one deployment. Ports are written into certificates, so the base of the first start stays.
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HouseError } from '../error.ts';

export interface Addresses {
  readonly portBase: number;
  readonly signOrigin: string;
  readonly officerOrigin: string;
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly scaUrl: string;
  readonly caUrl: string;
  readonly tsaUrl: string;
  readonly rpId: string;
  readonly officerRpId: string;
}

/** Ports of a deployment, counted from its base. */
export const PORTS = { static: 0, idp: 1, ssa: 2, sca: 3, ca: 4, tsa: 5, example: 6 } as const;
const HIGHEST = Math.max(...Object.values(PORTS));

export function addressesOf(portBase: number): Addresses {
  const loopback = (room: keyof typeof PORTS): string => `http://127.0.0.1:${portBase + PORTS[room]}`;
  return {
    portBase,
    signOrigin: `http://sign.localhost:${portBase}`,
    officerOrigin: `http://officer.localhost:${portBase}`,
    issuer: `http://localhost:${portBase + PORTS.idp}`,
    ssaUrl: loopback('ssa'),
    scaUrl: loopback('sca'),
    caUrl: loopback('ca'),
    tsaUrl: loopback('tsa'),
    rpId: 'sign.localhost',
    officerRpId: 'officer.localhost',
  };
}

/** Makes the folder where it is missing and gives its real path. */
export function openHome(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return realpathSync(path);
}

/** The base of this home: the one that was asked for at its first start. Another one later is refused. */
export function settlePortBase(home: string, asked: string | undefined, fallback: number): number {
  const file = join(home, 'port-base');
  const wanted = asked === undefined ? undefined : portBase(asked);
  if (existsSync(file)) {
    const settled = portBase(readFileSync(file, 'utf8'));
    if (wanted !== undefined && wanted !== settled) {
      throw new HouseError('port_base', `${home} was made with port base ${settled}, which stands in its certificates: ${wanted} cannot be used. Start with SIGILLO_PORT=${settled}, or with another SIGILLO_HOME.`);
    }
    return settled;
  }
  return wanted ?? fallback;
}

/** From now on this base is the home's: called when the ports turned out to be free. */
export function keepPortBase(home: string, base: number): void {
  writeFileSync(join(home, 'port-base'), `${base}\n`);
}

function portBase(text: string): number {
  const base = Number(text.trim());
  if (!Number.isSafeInteger(base) || base < 1024 || base + HIGHEST > 65_535) throw new HouseError('port_base', `SIGILLO_PORT is to be a number from 1024 to ${65_535 - HIGHEST}.`);
  return base;
}
