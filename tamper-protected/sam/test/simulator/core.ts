// SPDX-License-Identifier: Apache-2.0
// Loads the SAM's core: as it is, or with one fault planted into one of its modules. A planted core is loaded beside the real one under
// addresses of its own; the hooks that do so exist in tests only.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { JournalError } from '../../src/journal/error.ts';
import type { SamRefusal } from '../../src/refusals.ts';
import type { openSam } from '../../src/sam.ts';
import type { DatabaseFailures } from './database.ts';
import type { PlantedBug } from './planted/bug.ts';

export interface Core {
  readonly openSam: typeof openSam;
  readonly SamRefusal: typeof SamRefusal;
  readonly JournalError: typeof JournalError;
}

const SOURCES = new URL('../../src/', import.meta.url).href;
const QUERY = '?planted=';
const planted = new Map<string, PlantedBug>();
let hooked = false;

/** How the driver of the database says no, in the core's own words. */
export function failuresOf({ SamRefusal, JournalError }: Pick<Core, 'SamRefusal' | 'JournalError'>): DatabaseFailures {
  return {
    away: () => new SamRefusal('database_unavailable'),
    foreign: () => new JournalError('journal_copy_foreign', 'a group of the copy'),
  };
}

export async function loadCore(bug?: PlantedBug): Promise<Core> {
  if (bug !== undefined) {
    hook();
    planted.set(bug.name, bug);
  }
  const query = bug === undefined ? '' : `${QUERY}${bug.name}`;
  const sam = (await import(`${SOURCES}sam.ts${query}`)) as Pick<Core, 'openSam'>;
  const refusals = (await import(`${SOURCES}refusals.ts${query}`)) as Pick<Core, 'SamRefusal'>;
  const errors = (await import(`${SOURCES}journal/error.ts${query}`)) as Pick<Core, 'JournalError'>;
  return { openSam: sam.openSam, SamRefusal: refusals.SamRefusal, JournalError: errors.JournalError };
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const at = context.parentURL?.indexOf(QUERY) ?? -1;
      if (at === -1 || !resolved.url.startsWith(SOURCES) || resolved.url.includes('?')) return resolved;
      return { ...resolved, url: `${resolved.url}${context.parentURL!.slice(at)}` };
    },
    load(url, context, next) {
      const at = url.indexOf(QUERY);
      const bug = at === -1 ? undefined : planted.get(url.slice(at + QUERY.length));
      if (bug === undefined || url.slice(0, at) !== `${SOURCES}${bug.module}`) return next(url, context);
      return { format: 'module-typescript', source: withBug(bug), shortCircuit: true };
    },
  });
}

/** The module with the fault in it. A place that is not there any more is an error, so that no bug goes missing unseen. */
export function withBug({ name, module, changes }: PlantedBug): string {
  let source = readFileSync(fileURLToPath(`${SOURCES}${module}`), 'utf8');
  for (const [right, wrong] of changes) {
    if (source.split(right).length !== 2) throw new Error(`the bug "${name}" finds its place in ${module} ${source.split(right).length - 1} times: ${right}`);
    source = source.replace(right, () => wrong);
  }
  return source;
}
