// SPDX-License-Identifier: Apache-2.0
// All that rows need and share, made when the first of them asks.
import { type Bare, measureBare } from './bare/measure.ts';
import { type Crew, openCrew } from './crew.ts';
import { type Generator, openGenerator } from './generator/generator.ts';
import type { Load } from './load.ts';
import { openOwnInstance, type OwnInstance } from './own-instance.ts';

export class Bench {
  readonly seconds: number;
  readonly #say: (line: string) => void;
  readonly #bare = new Map<'sign' | 'ceremony', Promise<Bare>>();
  #instance: Promise<OwnInstance> | undefined;
  #generator: Promise<Generator> | undefined;
  #crew: Promise<Crew> | undefined;

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

  crew(): Promise<Crew> {
    return (this.#crew ??= this.instance().then((instance) => this.#step('signers …', () => openCrew(instance))));
  }

  async load(): Promise<Load> {
    const { pid, addresses } = await this.instance();
    return { generator: await (this.#generator ??= openGenerator()), ssaUrl: addresses.ssaUrl, deployment: pid };
  }

  async close(): Promise<void> {
    await (await this.#generator)?.close();
    await (await this.#instance)?.stop();
  }

  #step<T>(line: string, work: () => Promise<T>): Promise<T> {
    this.#say(line);
    return work();
  }
}
