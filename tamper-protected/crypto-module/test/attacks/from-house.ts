// SPDX-License-Identifier: Apache-2.0
// What all rooms' attacks have in common stands in the house; no room may depend on it, but a test may ask it.
interface Twins {
  /** The exports of `entry`, loaded anew with the twins of these guards in their place. */
  readonly loadWithTwins: <T>(graph: { readonly room: string; readonly entry: string; readonly guards: readonly string[] }) => Promise<T>;
}

interface Attacks {
  /** `attack.ts` of the house: each attack becomes two tests, one of them against the guards' twins. */
  readonly attacksOn: (stage: object) => {
    readonly attack: (attack: {
      readonly id: string;
      readonly title: string;
      readonly guard: string | readonly string[];
      readonly code: string;
      readonly event: null;
      readonly gains?: 'signature' | 'answer';
      readonly options?: object;
      readonly run: (scene: never, strike: never) => Promise<unknown>;
    }) => void;
  };
  /** What is refused without a guard that could be taken away. */
  readonly attackByConstruction: (
    about: { readonly id: string; readonly title: string; readonly code: string },
    run: () => Promise<void>,
  ) => void;
}

interface Mutated {
  /** How many: so many in every run, a million where the whole house is tested. */
  readonly MUTATIONS: number;
  readonly mutations: (seed: number) => { readonly next: (bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array };
}

async function fromHouse<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../house/test/attacks/${name}.ts`, import.meta.url).href)) as T;
}

export const { attacksOn, attackByConstruction }: Attacks = await fromHouse<Attacks>('attack');
export const { loadWithTwins }: Twins = await fromHouse<Twins>('twins');
export const { MUTATIONS, mutations }: Mutated = await fromHouse<Mutated>('mutated');
