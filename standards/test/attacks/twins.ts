// SPDX-License-Identifier: Apache-2.0
// Loads the programs of a room anew, with some of their guards removed: each guard is one small file `ROOM/src/PATH`, and its twin, which has the
// same exports and lets everything pass, is `ROOM/test/attacks/twins/PATH`. A test attacks both: what a guard stops must succeed where its twin
// stands, or the test shows nothing. Only tests have this loader; no shipped file knows of it (`twins.test.ts`).
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { relative, sep } from 'node:path';
import { ROOT } from './root.ts';

export interface TwinGraph {
  /** Path of the room from the root of the repository. */
  readonly room: string;
  /** The module to load, from the room's folder. It is loaded anew itself, with all programs of the room that it imports. */
  readonly entry: string;
  /** Guards whose twins take their place, each from the room's `src`; one of another room is `ROOM:PATH`, and that room is loaded anew too. */
  readonly guards: readonly string[];
  /** Other rooms to load anew: those between the entry and a guard of another room. */
  readonly rooms?: readonly string[];
}

interface Loading {
  readonly rooms: readonly string[];
  /** Twin by guard, both from the root of the repository. */
  readonly twins: ReadonlyMap<string, string>;
  readonly replaced: Set<string>;
}

const MARK = 'twin';
const graphs = new Map<string, Loading>();
let hooked = false;

/** The exports of the entry, loaded with the twins. A guard that nothing imports is an error: the attack would meet no twin. */
export async function loadWithTwins<T = unknown>(graph: TwinGraph): Promise<T> {
  const loading: Loading = {
    rooms: [graph.room, ...(graph.rooms ?? []), ...graph.guards.filter((guard) => guard.includes(':')).map((guard) => guard.split(':')[0]!)],
    twins: new Map(graph.guards.map((guard) => twinOf(graph.room, guard))),
    replaced: new Set(),
  };
  const number = String(graphs.size + 1);
  graphs.set(number, loading);
  hook();
  const loaded = (await import(marked(urlOf(`${graph.room}/${graph.entry}`), number))) as T;
  for (const guard of loading.twins.keys()) if (!loading.replaced.has(guard)) throw new Error(`nothing that was loaded imports ${guard}`);
  return loaded;
}

/** Path of a guard and of its twin, from the root. */
export function twinOf(room: string, guard: string): readonly [guard: string, twin: string] {
  const [home, path] = guard.includes(':') ? (guard.split(':') as [string, string]) : [room, guard];
  const source = existsSync(new URL(`${home}/src/`, pathToFileURL(`${ROOT}/`))) ? `${home}/src` : home;
  return [`${source}/${path}`, `${home}/test/attacks/twins/${path}`];
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const number = markOf(context.parentURL);
      const loading = number === null ? undefined : graphs.get(number);
      if (loading === undefined || !found.url.startsWith('file:') || markOf(found.url) !== null) return found;
      const url = inGraph(loading, number!, pathOf(found.url), pathOf(context.parentURL!));
      return url === undefined ? found : { ...found, url };
    },
  });
}

/** The address of a program of the graph; undefined for what is shared with everyone. */
function inGraph({ rooms, twins, replaced }: Loading, number: string, path: string, parent: string): string | undefined {
  const twin = twins.get(path);
  // A twin may import the guard that it stands for, to remove a part of it.
  if (twin !== undefined && twin !== parent) {
    replaced.add(path);
    return marked(urlOf(twin), number);
  }
  return rooms.some((room) => path.startsWith(`${room}/`) && !path.startsWith(`${room}/test/`) && !path.includes('node_modules'))
    ? marked(urlOf(path), number)
    : undefined;
}

const urlOf = (path: string): string => pathToFileURL(`${ROOT}/${path}`).href;
const marked = (url: string, number: string): string => `${url}?${MARK}=${number}`;
const markOf = (url: string | undefined): string | null => (url?.startsWith('file:') === true ? new URL(url).searchParams.get(MARK) : null);
const pathOf = (url: string): string => relative(ROOT, fileURLToPath(url)).replaceAll(sep, '/');
