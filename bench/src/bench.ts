// SPDX-License-Identifier: Apache-2.0
// All that rows need and share, made when the first of them asks.
import { type Bare, type BareWork, measureBare } from './bare/measure.ts';
import { type Load, openLoad } from './load.ts';
import { type InstanceOptions, openOwnInstance } from './own-instance.ts';

export interface BenchOptions {
  readonly seconds: number;
  /** A folder for CPU profiles of the processes that are asked. */
  readonly profiles: string | undefined;
  readonly say: (line: string) => void;
}

export class Bench {
  readonly seconds: number;
  readonly say: (line: string) => void;
  readonly #options: BenchOptions;
  readonly #bare = new Map<BareWork, Promise<Bare>>();
  readonly #stops = new Set<() => Promise<void>>();
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

  /** The deployment that most rows ask. */
  load(): Promise<Load> {
    return (this.#load ??= this.#open({ profiles: this.#options.profiles }).then(({ load }) => load));
  }

  /** A deployment that is not as the house has it, for as long as `work` takes. */
  async apart<T>(options: InstanceOptions, work: (load: Load) => Promise<T>): Promise<T> {
    const { load, stop } = await this.#open(options);
    try {
      return await work(load);
    } finally {
      await stop();
    }
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  async #open(options: InstanceOptions): Promise<{ readonly load: Load; readonly stop: () => Promise<void> }> {
    const instance = await this.#step('a deployment …', () => openOwnInstance(options));
    this.#stops.add(instance.stop);
    const load = await this.#step('its signers …', () => openLoad(instance));
    const stop = async (): Promise<void> => {
      this.#stops.delete(stop);
      await load.generator.close();
      await instance.stop();
    };
    this.#stops.delete(instance.stop);
    this.#stops.add(stop);
    return { load, stop };
  }

  #step<T>(line: string, work: () => Promise<T>): Promise<T> {
    this.say(line);
    return work();
  }
}
