// SPDX-License-Identifier: Apache-2.0
// A whole link over a real socket: each input is what one caller sends. The first byte says whether it proves the key first; the others are its stream, or
// its handshake. The connection ends, in one way or the other, and the server is there for the next.
import { once } from 'node:events';
import { connect } from 'node:net';
import { HANDSHAKE_BYTES } from '@sigillo/doors/door';
import { concat } from '@sigillo/standards/bytes';
import type { Parser } from '@sigillo/standards/test/fuzz';
import { proof } from '../../src/link/handshake.ts';
import { openSample } from '../sample-door.ts';
import { frameMutation, STREAMS } from './frames.ts';

const sample = await openSample();
export const closeLink = (): Promise<void> => sample.close();

const CLIENT_NONCE = new Uint8Array(HANDSHAKE_BYTES).fill(7);

export const link: Parser<Uint8Array> = {
  name: 'link',
  valid: [...STREAMS.map((stream) => concat(Uint8Array.of(1), stream)), new Uint8Array(65), new Uint8Array(20)],
  mutations: [(input, random, other) => concat(input.subarray(0, 1), frameMutation(input.subarray(1), random, other.subarray(1)))],
  isRefusal: () => false,
  async respell(input) {
    const socket = connect(sample.path);
    socket.on('error', () => socket.destroy());
    const [nonce] = (await once(socket, 'data')) as [Buffer];
    if ((input[0] ?? 0) % 2 === 1) socket.write(concat(CLIENT_NONCE, proof(sample.key, 'client', 'sample', nonce, CLIENT_NONCE)));
    socket.resume();
    socket.end(input.subarray(1));
    if (!socket.closed) await once(socket, 'close');
    return input;
  },
  share: 1 / 20,
};
