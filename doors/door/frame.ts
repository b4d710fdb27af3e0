// SPDX-License-Identifier: Apache-2.0
// The frames of a link: four bytes of length, big-endian, then one deterministic CBOR map. A request carries the number of its message; an answer
// carries the id of its request. Before the first frame both sides prove that they hold the key of this arrow (HANDSHAKE_BYTES each way, `wire/`).
import { boolean, bytesUpTo, map, text, uint, type ValueOf } from '../schema/index.ts';

/** Larger frames are refused before they are read: the connection is closed. */
export const FRAME_BYTES_MAX = 2 * 1_048_576;
export const HANDSHAKE_BYTES = 32;

export const frame = {
  request: map({
    id: { key: 1, of: uint(0xffff_ffff), what: 'of this request on this connection' },
    message: { key: 2, of: uint(0xffff), what: 'number of the message in the door\'s table' },
    deadlineMs: { key: 3, of: uint(600_000), what: 'how long the caller still waits' },
    requestId: { key: 4, of: text(64), what: 'id of the outer request; the logs of all rooms share it' },
    body: { key: 5, of: bytesUpTo(FRAME_BYTES_MAX), what: 'encoding by the request schema of the message' },
  }),
  answer: map({
    id: { key: 1, of: uint(0xffff_ffff), what: 'of the request' },
    ok: { key: 2, of: boolean(), what: 'whether the body is the answer' },
    code: { key: 3, of: text(64), what: 'refusal code, empty with an answer' },
    body: { key: 4, of: bytesUpTo(FRAME_BYTES_MAX), what: 'encoding by the answer schema; empty with a refusal' },
  }),
} as const;

export type RequestFrame = ValueOf<typeof frame.request>;
export type AnswerFrame = ValueOf<typeof frame.answer>;
