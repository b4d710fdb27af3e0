// SPDX-License-Identifier: Apache-2.0
// The configuration: what is taken is what a second reader of JSON finds in the file, key by key. Folders and files that it names are looked for
// afterwards and are not tried here.
import { utf8 } from '@sigillo/standards/bytes';
import { StrictJsonError } from '@sigillo/standards/json';
import { jsonMutation, type Parser, readJsonAgain } from '@sigillo/standards/test/fuzz';
import { parseConfig } from '../../src/config.ts';
import { ConfigError, flag, integer, list, object, optional, record, string } from '../../src/index.ts';

const KEYS = {
  name: string,
  http: object({ port: integer(1, 65_535), public: optional(string) }),
  on: optional(flag),
  tags: list(string),
  callers: record(object({ key: string })),
} as const;

export const config: Parser<Uint8Array> = {
  name: 'config',
  valid: [
    { name: 'x', http: { port: 8400 }, tags: ['a', 'b'], callers: { sam: { key: 'k' } } },
    { name: 'y', http: { port: 1, public: '/public' }, on: false, tags: [], callers: {} },
  ].map((value) => utf8(JSON.stringify(value))),
  mutations: [jsonMutation],
  isRefusal: (error) => error instanceof ConfigError || error instanceof StrictJsonError,
  respell(input) {
    const [read, again] = [parseConfig(input, KEYS), readJsonAgain(input)];
    return ordered(read) === ordered(again) ? input : utf8(ordered(read));
  },
};

/** JSON with names in order, without what is undefined. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}
