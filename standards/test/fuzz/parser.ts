// SPDX-License-Identifier: Apache-2.0
import type { Mutation } from './mutate-bytes.ts';

export type Input = Uint8Array | string;

/** A reader of what strangers send, as the fuzzer sees it. */
export interface Parser<I extends Input = Input> {
  /** Also the folder of its vectors. */
  readonly name: string;
  /** Inputs that it accepts: the fuzzer starts from these. */
  readonly valid: readonly I[];
  /** Changes that know the format, beside those of all bytes or all texts. */
  readonly mutations: readonly Mutation<I>[];
  /** The room's own refusals. Whatever else is thrown is a crash. */
  readonly isRefusal: (error: unknown) => boolean;
  /**
   * Reads the input and writes again what was read. It throws a refusal, or gives exactly the input: anything else is a second spelling. What has no
   * writer of its own says in its definition what it compares.
   */
  readonly respell: (input: I) => I | Promise<I>;
  /** Longer inputs are cut to this many bytes or units; 2048 unless said otherwise. */
  readonly lengthMax?: number;
  /** In tests it gets only this part of the inputs, where one costs many times what it costs elsewhere. */
  readonly share?: number;
}

/** A parser among others: each comes with inputs of its own kind. */
export type AnyParser = Parser<Uint8Array> | Parser<string>;

/** What a broken promise of a parser is called. */
export type FaultKind = 'crash' | 'second spelling' | 'hang' | 'growth' | 'refused valid';

export class FuzzFault extends Error {
  override readonly name = 'FuzzFault';
  readonly kind: FaultKind;
  readonly input: Input;

  constructor(parser: string, kind: FaultKind, input: Input, options?: ErrorOptions & { readonly detail?: string }) {
    super(`${parser}: ${kind}${options?.detail === undefined ? '' : ` (${options.detail})`}; input ${shown(input)}`, options);
    this.kind = kind;
    this.input = input;
  }
}

/** As it stands in a vector. */
export function shown(input: Input): string {
  return typeof input === 'string' ? JSON.stringify({ text: input }) : JSON.stringify({ hex: Buffer.from(input).toString('hex') });
}
