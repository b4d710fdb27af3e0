// SPDX-License-Identifier: Apache-2.0
// The copy of the journal in PostgreSQL, one line a group: written behind, or before any answer where the deployment says so. It is there
// for search and repair; the file is the truth, and a copy that knows more than the file stops the start.
import { sameBytes } from '@sigillo/standards/bytes';
import type { Log } from '@sigillo/wire';
import type { CopiedGroup, Database } from '../database.ts';
import { JournalError } from './error.ts';
import type { Head } from './scan.ts';
import { headToString } from './scan.ts';

const QUEUE_BYTES_MAX = 64 * 1_048_576;
const BATCH_MAX = 200;
const RETRY_MS = 250;

export interface JournalCopyOptions {
  readonly database: Database;
  readonly log: Log;
  readonly monotonic: () => number;
  /** The groups of the file from a number on. */
  readonly groupsFrom: (number: number) => Iterable<CopiedGroup>;
}

/** Refuses a file that is behind the copy, or a copy of another home. */
export async function compareWithCopy(database: Database, head: Head, lastGroup: Uint8Array | undefined): Promise<void> {
  const { highest } = await database.copySize();
  if (highest > head.group)
    throw new JournalError(
      'journal_behind_copy',
      `file: ${headToString(head)}; copy: group ${highest}. Restore the newest journal folder, or rebuild it from the copy by intent`,
    );
  if (head.group === 0 || highest < head.group) return;
  const copied = await database.copyGroup(head.group);
  if (copied !== undefined && lastGroup !== undefined && !sameBytes(copied, lastGroup))
    throw new JournalError('journal_copy_foreign', `group ${head.group} of the copy is not this journal's`);
}

export class JournalCopy {
  readonly #options: JournalCopyOptions;
  #queue: CopiedGroup[] = [];
  #queueBytes = 0;
  /** From this group on the file is read again, because the queue was too long to keep. */
  #skippedFrom: number | undefined;
  #newest = 0;
  #behindSince: number | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: JournalCopyOptions) {
    this.#options = options;
  }

  /** For how long the copy has been behind. */
  get lagMs(): number {
    return this.#behindSince === undefined ? 0 : this.#options.monotonic() - this.#behindSince;
  }

  /** Copies what the copy lacks of the file up to `head`. */
  async fillGaps(head: Head): Promise<number> {
    const { count } = await this.#options.database.copySize();
    if (count === head.group) return 0;
    let filled = 0;
    for (;;) {
      const missing = new Set(await this.#options.database.copyGaps(head.group));
      if (missing.size === 0) return filled;
      await this.#fill(missing, head.group);
      filled += missing.size;
    }
  }

  async #fill(missing: ReadonlySet<number>, highest: number): Promise<void> {
    let batch: CopiedGroup[] = [];
    for (const group of this.#options.groupsFrom(Math.min(...missing))) {
      if (group.number > highest) break;
      if (missing.has(group.number)) batch.push(group);
      if (batch.length < BATCH_MAX) continue;
      await this.#options.database.putGroups(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#options.database.putGroups(batch);
  }

  /** Takes a group that is durable in the file; the promise settles when the copy has all groups so far. */
  add(group: CopiedGroup): Promise<void> {
    this.#behindSince ??= this.#options.monotonic();
    this.#newest = group.number;
    if (this.#skippedFrom === undefined) {
      this.#queue.push(group);
      this.#queueBytes += group.body.length;
    }
    if (this.#queueBytes > QUEUE_BYTES_MAX) {
      this.#skippedFrom = this.#queue[0]!.number;
      this.#queue = [];
      this.#queueBytes = 0;
    }
    this.#running ??= this.#run();
    return this.#running;
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    while (!this.#closed && (this.#queue.length > 0 || this.#skippedFrom !== undefined)) {
      try {
        await this.#copySome();
      } catch (cause) {
        this.#options.log.error(
          'journal_not_copied',
          { code: 'journal_copy_lag', count: this.#queue.length, durationMs: Math.round(this.lagMs) },
          cause,
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    // No await stands between the last look at the queue and this line: what comes next starts a new run.
    this.#behindSince = undefined;
    this.#running = undefined;
  }

  async #copySome(): Promise<void> {
    if (this.#skippedFrom !== undefined) {
      await this.#copyFromFile(this.#skippedFrom);
      return;
    }
    const batch = this.#queue.slice(0, BATCH_MAX);
    await this.#options.database.putGroups(batch);
    this.#queue.splice(0, batch.length);
    for (const { body } of batch) this.#queueBytes -= body.length;
    // The copy has all but what came meanwhile: the lag counts from now.
    this.#behindSince = this.#options.monotonic();
  }

  async #copyFromFile(from: number): Promise<void> {
    let next = from;
    let batch: CopiedGroup[] = [];
    const put = async (): Promise<void> => {
      await this.#options.database.putGroups(batch);
      next += batch.length;
      this.#skippedFrom = next;
      batch = [];
    };
    for (const group of this.#options.groupsFrom(from)) {
      batch.push(group);
      if (batch.length >= BATCH_MAX) await put();
    }
    if (batch.length > 0) await put();
    if (next > this.#newest) this.#skippedFrom = undefined;
  }
}
