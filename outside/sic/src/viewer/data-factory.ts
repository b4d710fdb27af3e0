// SPDX-License-Identifier: Apache-2.0
// The viewer reaches no network. Character maps, fonts and decoders come from the page, by name from a closed list.
import type { DataKind } from './protocol.ts';

export type AskForData = (kind: DataKind, name: string) => Promise<Uint8Array>;

const KINDS: Readonly<Record<string, DataKind | undefined>> = { cMapUrl: 'cmaps', standardFontDataUrl: 'fonts', wasmUrl: 'wasm' };

/** The class that pdf.js makes its one data factory of. `onFont` hears of every standard font that stands in for a missing one. */
export function dataFactory(
  ask: AskForData,
  onFont: (name: string) => void,
): new () => { fetch(what: { kind: string; filename: string }): Promise<Uint8Array> } {
  return class {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      const known = KINDS[kind];
      if (known === undefined) throw new Error(`the viewer has no ${kind}`);
      if (known === 'fonts') onFont(filename);
      return ask(known, filename);
    }
  };
}
