// SPDX-License-Identifier: Apache-2.0
// All that rows need and share, made when the first of them asks.
import { measureChain } from './bare/chain/measure.ts';
import { type Bare, type BareWork, measureBare } from './bare/measure.ts';
import { type Load, openLoad } from './load.ts';
import { type InstanceOptions, openOwnInstance } from './own-instance.ts';
import type { Measure } from './row.ts';

export interface BenchOptions {
  readonly seconds: number;
  /** A folder for CPU profiles of the processes that are asked. */
  readonly profiles: string | undefined;
  readonly say: (line: string) => void;
}

interface Opened {
  readonly load: Load;
  readonly stop: () => Promise<void>;
}

export class Bench {
  readonly seconds: number;
  readonly say: (line: string) => void;
  readonly #options: BenchOptions;
  readonly #bare = new Map<BareWork, Promise<Bare>>();
  readonly #opened = new Set<Promise<Opened>>();
  #closing = false;
  #load: Promise<Load> | undefined;

  constructor(options: BenchOptions) {
    this.seconds = options.seconds;
    this.say = options.say;
    this.#options = options;
  }

  bare(work: BareWork): Promise<Bare> {
    const known = this.#bare.get(work) ?? this.#step(`bare ${work} …`, () => measureBare(work, this.seconds));
    this.#bare.set(work, known);
    return known;
  }

  /** The way of a signHash without what is done on it; measured before any deployment runs. */
  chain(connections: number): Promise<Measure> {
    return this.#step(`bare chain, ${connections} connections …`, () => measureChain(connections, this.seconds));
  }

  /** The deployment that most rows ask. */
  load(): Promise<Load> {
    return (this.#load ??= this.#open({ profiles: this.#options.profiles }).then(({ load }) => load));
  }

  /** A deployment that is not as the house has it, for as long as `work` takes. */
  async apart<T>(options: InstanceOptions, work: (load: Load) => Promise<T>): Promise<T> {
    const opening = this.#open(options);
    const { load, stop } = await opening;
    try {
      return await work(load);
    } finally {
      if (this.#opened.delete(opening)) await stop();
    }
  }

  /** Stops whatever runs, also what is still starting; from then on nothing starts. */
  async close(): Promise<void> {
    this.#closing = true;
    const opened = [...this.#opened];
    this.#opened.clear();
    for (const outcome of await Promise.allSettled(opened)) if (outcome.status === 'fulfilled') await outcome.value.stop();
  }

  #open(options: InstanceOptions): Promise<Opened> {
    if (this.#closing) throw new Error('the bench is being closed');
    this.say('a deployment …');
    const opening = opened(options);
    this.#opened.add(opening);
    return opening;
  }

  #step<T>(line: string, work: () => Promise<T>): Promise<T> {
    this.say(line);
    return work();
  }
}

async function opened(options: InstanceOptions): Promise<Opened> {
  const instance = await openOwnInstance(options);
  try {
    const load = await openLoad(instance);
    const stop = async (): Promise<void> => {
      await load.generator.close();
      await instance.stop();
    };
    return { load, stop };
  } catch (cause) {
    await instance.stop();
    throw cause;
  }
}
