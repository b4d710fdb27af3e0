// SPDX-License-Identifier: Apache-2.0
// The copy of the journal in PostgreSQL, one line a group: written behind, or before any answer where the deployment says so. It is there
// for search and repair; the file is the truth, and a copy that knows more than the file stops the start.
import { sameBytes } from '@sigillo/standards/bytes';
import type { Log } from '@sigillo/wire';
import type { CopiedGroup, Database } from '../database.ts';
import { JournalError } from './error.ts';
import { Outage } from '../outage.ts';
import type { Timers } from '../timers.ts';
import type { Journal } from './journal.ts';
import type { Head } from './scan.ts';
import { headToString } from './scan.ts';

const QUEUE_BYTES_MAX = 64 * 1_048_576;
const BATCH_MAX = 200;
const BATCH_BYTES_MAX = 4 * 1_048_576;
const HURRIED_RETRY_MS = 250;

export interface JournalCopyOptions {
  readonly database: Database;
  readonly log: Log;
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  /** For so long groups gather before they go out together; 0 where an answer waits for its copy. */
  readonly gatherMs: number;
  readonly timers: Pick<Timers, 'after'>;
  /** The groups of the file from a number on. */
  readonly groupsFrom: (number: number) => Iterable<CopiedGroup>;
  /** The copy is another journal's by now: another SAM has taken over, and this one must not go on. */
  readonly foreign: (cause: JournalError) => void;
}

/** Refuses a file that is behind the copy, or a copy of another home. */
export async function compareWithCopy(database: Database, journal: Pick<Journal, 'scan' | 'group'>): Promise<void> {
  const head: Head = journal.scan;
  const { highest } = await database.copySize();
  if (highest > head.group)
    throw new JournalError(
      'journal_behind_copy',
      `file: ${headToString(head)}; copy: group ${highest}. Restore the newest journal folder, or rebuild it from the copy by intent`,
    );
  if (highest === 0) return;
  const copied = await database.copyGroup(highest);
  const ours = journal.group(highest);
  if (copied === undefined || ours === undefined || !sameBytes(copied, ours))
    throw new JournalError('journal_copy_foreign', `group ${highest} of the copy is not this journal's`);
}

interface WaitingGroup extends CopiedGroup {
  readonly since: number;
}

export class JournalCopy {
  readonly #options: JournalCopyOptions;
  readonly #outage: Outage;
  #queue: WaitingGroup[] = [];
  #queueBytes = 0;
  /** From this group on the file is read again, because the queue was too long to keep; `since` is when the first of them came. */
  #skipped: { readonly from: number; readonly since: number } | undefined;
  #newest = 0;
  #running: Promise<void> | undefined;
  /** Ends the gathering, or the wait after a failure, at once. */
  #hurry: (() => void) | undefined;
  #hurried = false;
  #closed = false;
  #isForeign = false;

  constructor(options: JournalCopyOptions) {
    this.#options = options;
    this.#outage = new Outage({ ...options, event: 'journal_not_copied', code: 'journal_copy_lag', overEvent: 'journal_copied_again' });
  }

  /** For how long the oldest group has waited for its copy. */
  get lagMs(): number {
    const since = this.#skipped?.since ?? this.#queue[0]?.since;
    return since === undefined ? 0 : this.#options.monotonic() - since;
  }

  /** Copies what the copy lacks of the file up to `head`. */
  async fillGaps(head: Head): Promise<number> {
    const { count, highest } = await this.#options.database.copySize();
    // Newer groups may be there already: only a copy without gaps has as many as its highest number.
    if (count === highest && highest >= head.group) return 0;
    let filled = 0;
    for (;;) {
      const missing = new Set(await this.#options.database.copyGaps(head.group));
      if (missing.size === 0) return filled;
      await this.#fill(missing, head.group);
      filled += missing.size;
    }
  }

  async #fill(missing: ReadonlySet<number>, highest: number): Promise<void> {
    for (const batch of batches(this.#missing(missing, highest))) await this.#options.database.putGroups(batch);
  }

  *#missing(missing: ReadonlySet<number>, highest: number): Generator<CopiedGroup> {
    for (const group of this.#options.groupsFrom(Math.min(...missing))) {
      if (group.number > highest) return;
      if (missing.has(group.number)) yield group;
    }
  }

  /** Takes a group that is durable in the file. */
  add(group: CopiedGroup): void {
    this.#newest = group.number;
    if (this.#skipped === undefined) {
      this.#queue.push({ ...group, since: this.#options.monotonic() });
      this.#queueBytes += group.body.length;
    }
    if (this.#queueBytes > QUEUE_BYTES_MAX) {
      const { number, since } = this.#queue[0]!;
      this.#skipped = { from: number, since };
      this.#queue = [];
      this.#queueBytes = 0;
    }
    if (!this.#isForeign) this.#running ??= this.#run();
  }

  /** Settles when the copy has all groups so far; throws once it is another journal's. */
  async caughtUp(): Promise<void> {
    await this.#running;
    if (this.#isForeign) throw new JournalError('journal_copy_foreign', `after group ${this.#newest}`);
  }

  async settled(): Promise<void> {
    this.#hurried = true;
    this.#hurry?.();
    await this.#running;
    this.#hurried = false;
  }

  close(): void {
    this.#closed = true;
    this.#hurry?.();
  }

  async #wait(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hurry = resolve;
      this.#options.timers.after(delayMs, resolve);
    });
    this.#hurry = undefined;
  }

  async #run(): Promise<void> {
    while (!this.#closed && (this.#queue.length > 0 || this.#skipped !== undefined)) {
      if (this.#options.gatherMs > 0 && !this.#hurried) await this.#wait(this.#options.gatherMs);
      if (this.#closed) break;
      try {
        await this.#copySome();
        this.#outage.over();
      } catch (cause) {
        if (cause instanceof JournalError) {
          this.#isForeign = true;
          this.#options.foreign(cause);
          break;
        }
        const retryMs = this.#outage.failed(cause, this.#queue.length);
        // Who stops, and waits for the copy, does not wait longer than it takes.
        await this.#wait(this.#hurried ? Math.min(retryMs, HURRIED_RETRY_MS) : retryMs);
      }
    }
    // No await stands between the last look at the queue and this line: what comes next starts a new run.
    this.#running = undefined;
  }

  async #copySome(): Promise<void> {
    if (this.#skipped !== undefined) {
      await this.#copyFromFile(this.#skipped);
      return;
    }
    const [batch] = batches(this.#queue);
    await this.#options.database.putGroups(batch!);
    // The queue grew too long meanwhile: the file has it all.
    if (this.#skipped !== undefined) return;
    this.#queue.splice(0, batch!.length);
    for (const { body } of batch!) this.#queueBytes -= body.length;
  }

  async #copyFromFile({ from, since }: { readonly from: number; readonly since: number }): Promise<void> {
    const started = this.#options.monotonic();
    let next = from;
    for (const batch of batches(this.#options.groupsFrom(from))) {
      await this.#options.database.putGroups(batch);
      next += batch.length;
      this.#skipped = { from: next, since };
    }
    // The file held all that came before it was read.
    this.#skipped = next > this.#newest ? undefined : { from: next, since: started };
  }
}

/** Groups that go out together: so many, and so many bytes unless one alone has more. */
function* batches(groups: Iterable<CopiedGroup>): Generator<CopiedGroup[]> {
  let batch: CopiedGroup[] = [];
  let bytes = 0;
  for (const group of groups) {
    if (batch.length === BATCH_MAX || (batch.length > 0 && bytes + group.body.length > BATCH_BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(group);
    bytes += group.body.length;
  }
  if (batch.length > 0) yield batch;
}
