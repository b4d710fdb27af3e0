// SPDX-License-Identifier: Apache-2.0
// Readings in threads apart, each with a limit of time and of memory; so many at once, so many waiting, no more.
import { Worker } from 'node:worker_threads';
import { PdfError } from '@sigillo/standards/pdf';
import type { Job, Outcome } from './job.ts';
import { DocumentRefused, type DocumentWork, ReadersBusy } from './work.ts';

export interface ReadersOptions {
  readonly fileBytesMax: number;
  readonly readersMax: number;
  readonly waitingMax: number;
  readonly secondsMax: number;
  readonly memoryMiBMax: number;
}

const SERVED_MAX = 200;
export const DEFAULT_READERS = { readersMax: 2, waitingMax: 64, secondsMax: 30, memoryMiBMax: 256 } as const;

export interface Readers extends DocumentWork {
  close(): Promise<void>;
}

export function openReaders(options: ReadersOptions): Readers {
  const places = openPlaces(options.readersMax, options.waitingMax);
  const threads = new Threads(options);
  const { fileBytesMax } = options;
  const read = <O extends Outcome['outcome']>(job: Job, wanted: O): Promise<Extract<Outcome, { outcome: O }>> =>
    places.within(async () => expected(await threads.run(job), wanted));
  return {
    inspect: async (upload) => (await read({ task: 'inspect', upload, fileBytesMax }, 'inspected')).inspected,
    prepare: async (job) => (await read({ task: 'prepare', job, fileBytesMax }, 'prepared')).prepared,
    prove: async (job) => void (await read({ task: 'prove', job, fileBytesMax }, 'proven')),
    close: () => threads.close(),
  };
}

/** Codes of the PDF room become the codes of this door: `pdf_encrypted` is `document_encrypted`. */
function expected<O extends Outcome['outcome']>(outcome: Outcome, wanted: O): Extract<Outcome, { outcome: O }> {
  if (outcome.outcome === 'refused') throw new DocumentRefused(outcome.code.replace(/^pdf_/, 'document_'), outcome.advice);
  if (outcome.outcome !== wanted) throw new Error('the reader answered something else');
  return outcome as Extract<Outcome, { outcome: O }>;
}

interface Thread {
  readonly worker: Worker;
  served: number;
}

/** A thread that did its work well takes the next job; one that met a bad document, or failed, or has served long, ends. */
class Threads {
  readonly #options: ReadersOptions;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Worker>();

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  async run(job: Job): Promise<Outcome> {
    const thread = this.#idle.pop() ?? this.#start();
    try {
      const outcome = await this.#within(thread.worker, job);
      if (outcome.outcome === 'refused' || ++thread.served >= SERVED_MAX) await this.#end(thread.worker);
      else this.#idle.push(thread);
      return outcome;
    } catch (cause) {
      await this.#end(thread.worker);
      throw cause;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  #start(): Thread {
    const resourceLimits = { maxOldGenerationSizeMb: this.#options.memoryMiBMax, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
    const worker = new Worker(new URL('reader.ts', import.meta.url), { resourceLimits, env: {}, stdin: false });
    // An idle thread that dies on its own is not met again; whoever waits for one hears it in #within.
    worker.on('error', () => this.#forget(worker));
    worker.unref();
    this.#all.add(worker);
    return { worker, served: 0 };
  }

  #within(worker: Worker, job: Job): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const onError = (cause: Error & { code?: unknown }): void => reject(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? exhausted('memory', cause) : cause);
    const onExit = (): void => reject(new Error('the reader ended without an answer'));
    const tooLong = setTimeout(() => reject(exhausted('time')), this.#options.secondsMax * 1000);
    worker.once('message', resolve).once('error', onError).once('exit', onExit);
    worker.postMessage(job, []);
    return promise.finally(() => {
      clearTimeout(tooLong);
      worker.off('message', resolve).off('error', onError).off('exit', onExit);
    });
  }

  async #end(worker: Worker): Promise<void> {
    this.#forget(worker);
    await worker.terminate();
  }

  #forget(worker: Worker): void {
    this.#all.delete(worker);
    const at = this.#idle.findIndex((thread) => thread.worker === worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

function exhausted(what: string, cause?: unknown): DocumentRefused {
  return new DocumentRefused('document_too_large', new PdfError('pdf_too_large', what).advice, { cause });
}

interface Places {
  within<T>(use: () => Promise<T>): Promise<T>;
}

function openPlaces(places: number, waitingMax: number): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;
  async function enter(): Promise<void> {
    if (taken < places) return void taken++;
    if (waiting.length >= waitingMax) throw new ReadersBusy();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  /** A place goes straight to whoever waits longest. */
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) taken--;
    else next();
  }
  return {
    async within(use) {
      await enter();
      try {
        return await use();
      } finally {
        leave();
      }
    },
  };
}
