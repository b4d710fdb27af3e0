// SPDX-License-Identifier: Apache-2.0
// The cutter of streams: whatever the pieces in which a stream comes, the frames are the same, and frames and rest are the stream again.
import { FRAME_BYTES_MAX } from '@sigillo/doors/door';
import { concat } from '@sigillo/standards/bytes';
import { byteMutations, cborMutation, type Parser } from '@sigillo/standards/test/fuzz';
import { FrameReader } from '../../src/link/frames.ts';
import { requestFrame } from '../sample-door.ts';

class TooLarge extends Error {}

export const STREAMS: readonly Uint8Array[] = [
  requestFrame(1, Uint8Array.of(0xa1, 1, 0x15)),
  concat(requestFrame(1, Uint8Array.of(0xa1, 1, 0)), requestFrame(5, Uint8Array.of(0xa1, 1, 0x43, 1, 2, 3), { id: 8 })),
  concat(requestFrame(2, Uint8Array.of(0xa1, 1, 1), { deadlineMs: 0 }), requestFrame(9, new Uint8Array(0)), Uint8Array.of(0, 0, 0, 9, 1)),
];

/** A frame's content changed as CBOR, its length made to fit again. */
export const frameMutation: Parser<Uint8Array>['mutations'][number] = (input, random, other) => {
  const length = input.length < 4 ? input.length : new DataView(input.buffer, input.byteOffset).getUint32(0);
  if (input.length < 4 + length || random.once(5)) return random.pick(byteMutations)(input, random, other);
  const payload = cborMutation(input.subarray(4, 4 + length), random, other.subarray(4));
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, payload.length);
  return concat(head, payload, input.subarray(4 + length));
};

export const frames: Parser<Uint8Array> = {
  name: 'frame-stream',
  valid: STREAMS,
  mutations: [frameMutation],
  isRefusal: (error) => error instanceof TooLarge,
  respell(input) {
    const whole = cut(input, () => input.length);
    const inPieces = cut(input, (at) => 1 + (input[at]! % 7));
    return Buffer.compare(whole, inPieces) === 0 ? whole : new Uint8Array(0);
  },
};

/** Every frame with its length in front, and what is left when no more can come. */
function cut(stream: Uint8Array, pieceLength: (at: number) => number): Uint8Array {
  const reader = new FrameReader();
  const parts: Uint8Array[] = [];
  let taken = 0;
  for (let at = 0; at < stream.length; ) {
    const end = Math.min(stream.length, at + Math.max(1, pieceLength(at)));
    reader.push(Buffer.from(stream.subarray(at, end)));
    at = end;
    for (let payload = reader.frame(); payload !== undefined; payload = reader.frame()) {
      if (payload === 'too_large') throw new TooLarge();
      if (payload.length > FRAME_BYTES_MAX) throw new RangeError('a frame above the limit');
      const head = Buffer.alloc(4);
      head.writeUInt32BE(payload.length);
      parts.push(head, payload);
      taken += 4 + payload.length;
    }
  }
  return concat(...parts, stream.subarray(taken));
}
