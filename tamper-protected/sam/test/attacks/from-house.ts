// SPDX-License-Identifier: Apache-2.0
// What all rooms' attacks have in common stands in the house; no room may depend on it, but a test may ask it.
interface Twins {
  /** The exports of `entry`, loaded anew with the twins of these guards in their place. */
  readonly loadWithTwins: <T>(graph: { readonly room: string; readonly entry: string; readonly guards: readonly string[] }) => Promise<T>;
}

interface Mutated {
  /** How many: so many in every run, a million where the whole house is tested. */
  readonly MUTATIONS: number;
  readonly mutations: (seed: number) => { readonly next: (bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array };
}

export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Place {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Canaries {
  readonly canary: (name: string, value: Uint8Array | string) => Canary;
  readonly found: (canaries: readonly Canary[], places: readonly Place[]) => string[];
  readonly filesIn: (folder: string) => Place[];
  readonly rowsAsPlace: (name: string, rows: readonly Readonly<Record<string, unknown>>[]) => Place;
}

async function fromHouse<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../house/test/attacks/${name}.ts`, import.meta.url).href)) as T;
}

export const { loadWithTwins }: Twins = await fromHouse<Twins>('twins');
export const { MUTATIONS, mutations }: Mutated = await fromHouse<Mutated>('mutated');
export const { canary, found, filesIn, rowsAsPlace }: Canaries = await fromHouse<Canaries>('canaries');
