// SPDX-License-Identifier: Apache-2.0
// All that rows need and share, made when the first of them asks.
import { type Bare, measureBare } from './bare/measure.ts';
import { type Load, openLoad } from './load.ts';
import { openOwnInstance, type OwnInstance } from './own-instance.ts';

export class Bench {
  readonly seconds: number;
  readonly #say: (line: string) => void;
  readonly #bare = new Map<'sign' | 'ceremony', Promise<Bare>>();
  #instance: Promise<OwnInstance> | undefined;
  #load: Promise<Load> | undefined;

  constructor(seconds: number, say: (line: string) => void) {
    this.seconds = seconds;
    this.#say = say;
  }

  bare(what: 'sign' | 'ceremony'): Promise<Bare> {
    const known = this.#bare.get(what) ?? this.#step(`bare ${what} …`, () => measureBare(what, this.seconds));
    this.#bare.set(what, known);
    return known;
  }

  instance(): Promise<OwnInstance> {
    return (this.#instance ??= this.#step('two starts …', openOwnInstance));
  }

  load(): Promise<Load> {
    return (this.#load ??= this.instance().then((instance) => this.#step('signers …', () => openLoad(instance))));
  }

  async close(): Promise<void> {
    await (await this.#load)?.generator.close();
    await (await this.#instance)?.stop();
  }

  #step<T>(line: string, work: () => Promise<T>): Promise<T> {
    this.#say(line);
    return work();
  }
}
