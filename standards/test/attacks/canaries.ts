// SPDX-License-Identifier: Apache-2.0
// Looks for secrets where none may be: as they are, and in every spelling in which a program of ours writes bytes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Place {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const canary = (name: string, value: Uint8Array | string): Canary => ({
  name,
  bytes: typeof value === 'string' ? Buffer.from(value) : value,
});

/** Every canary in every place, as "name in place". */
export function found(canaries: readonly Canary[], places: readonly Place[]): string[] {
  return canaries.flatMap((one) =>
    places.filter(({ bytes }) => spellings(one.bytes).some(
      (spelling) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(spelling),
    )).map((place) => `${one.name} in ${place.name}`),
  );
}

/** As it is, in hexadecimal, and in base64 from each of the three places where a group may begin. */
function spellings(bytes: Uint8Array): Buffer[] {
  const own = Buffer.from(bytes);
  const hex = own.toString('hex');
  const shifted = [0, 1, 2].flatMap((skip) => {
    const whole = own.subarray(skip, own.length - ((own.length - skip) % 3));
    return whole.length < 9 ? [] : [whole.toString('base64'), whole.toString('base64url')];
  });
  return [own, ...[hex, hex.toUpperCase(), ...shifted].map((text) => Buffer.from(text))];
}

/** All files below a folder. */
export function filesIn(folder: string): (Place & { readonly bytes: Buffer })[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ name: join(parentPath, name), bytes: readFileSync(join(parentPath, name)) }));
}

/** All rows of a table, every column in its text form, with bytes as bytes besides. */
export function rowsAsPlace(name: string, rows: readonly Readonly<Record<string, unknown>>[]): Place {
  const parts = rows.flatMap((row) => Object.values(row).map(
    (value) => (value instanceof Uint8Array ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))),
  ));
  return { name, bytes: Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')])) };
}
