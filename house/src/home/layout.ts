// SPDX-License-Identifier: Apache-2.0
// Where things are in a home.
import { join } from 'node:path';

/** Rooms with a folder of their own. */
export const ROOM_FOLDERS = ['crypto-module', 'sam', 'ca', 'tsa', 'idp', 'ssa', 'sca', 'officers'] as const;
export type RoomFolder = (typeof ROOM_FOLDERS)[number];

/** Keys of 32 random bytes that the ceremony makes: one for each arrow, and those that two rooms share or one room opens its store with. */
export const KEY_FILES = ['ssa-sam', 'sam-crypto-module', 'ssa-ca', 'ticket', 'credential-token', 'crypto-module-seal', 'ca-seal', 'tsa-seal'] as const;
export type KeyFile = (typeof KEY_FILES)[number];

export type HomeLayout = ReturnType<typeof homeLayout>;

export function homeLayout(home: string, sockets: string): {
  readonly home: string;
  readonly sockets: string;
  readonly public: string;
  readonly config: string;
  readonly clients: string;
  readonly logs: string;
  readonly folder: (room: RoomFolder) => string;
  readonly key: (name: KeyFile) => string;
  readonly clientKey: (clientId: string) => string;
  readonly socket: (room: 'sam' | 'crypto-module' | 'crypto-module-2' | 'ca') => string;
  readonly configOf: (process: string) => string;
  readonly revokedTokens: string;
  readonly tsaRequest: string;
} {
  const at = (...parts: readonly string[]): string => join(home, ...parts);
  return {
    home,
    sockets,
    public: at('public'),
    config: at('config'),
    clients: at('clients'),
    logs: at('log'),
    folder: (room) => at(room),
    key: (name) => at('keys', `${name}.key`),
    clientKey: (clientId) => at('clients', `${clientId}.jwk.json`),
    socket: (room) => join(sockets, `${room}.sock`),
    configOf: (process) => at('config', `${process}.json`),
    revokedTokens: at('idp', 'revoked', 'tokens'),
    tsaRequest: at('tsa', 'request.der'),
  };
}
