// SPDX-License-Identifier: Apache-2.0
// What a door between two of our processes is: a table of messages, each with the schema of its request and of its answer, the lane it
// travels in and the time after which nobody waits for it any more.
import type { Schema } from '../schema/index.ts';

export interface Message<Q, A> {
  /** Number on the wire, never used again for another message. */
  readonly number: number;
  readonly request: Schema<Q>;
  readonly answer: Schema<A>;
  /** How long a caller waits. */
  readonly deadlineMs: number;
  /** What it asks, in one line. */
  readonly what: string;
}

export type Door = Readonly<Record<string, Message<unknown, unknown>>>;
export type Request<M> = M extends Message<infer Q, unknown> ? Q : never;
export type Answer<M> = M extends Message<never, infer A> ? A : M extends { readonly answer: Schema<infer A> } ? A : never;

/** Writes one message of a door's table with its types inferred. */
export function message<Q, A>(number: number, what: string, request: Schema<Q>, answer: Schema<A>, deadlineMs: number = 10_000): Message<Q, A> {
  return { number, what, request, answer, deadlineMs };
}

export { frame, FRAME_BYTES_MAX, HANDSHAKE_BYTES, type AnswerFrame, type RequestFrame } from './frame.ts';
