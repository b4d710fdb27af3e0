// SPDX-License-Identifier: Apache-2.0
// A courier that speaks to the SAM's socket itself, byte by byte: it holds the key of its arrow, and spells its messages as it likes.
import { createHmac, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { frame, HANDSHAKE_BYTES } from '@sigillo/doors/door';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import { LinkError } from '@sigillo/wire';
import type { World } from '../played/world.ts';

/** Sends one message whose body is spelt by hand, and gives the answer. */
export async function sendSpelt(world: World, name: keyof SamDoor, body: Uint8Array): Promise<unknown> {
  const socket = connect(`${world.folder}/sam.sock`);
  const bytes = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    while (held.length < length) {
      const { value, done } = await bytes.next();
      if (done === true) throw new LinkError('unknown', 'link_lost');
      held = Buffer.concat([held, value]);
    }
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  try {
    const serverNonce = await take(HANDSHAKE_BYTES);
    const clientNonce = randomBytes(HANDSHAKE_BYTES);
    const hmac = createHmac('sha256', world.linkKey).update('sigillo/link/1 client\0sam\0').update(serverNonce).update(clientNonce);
    socket.write(Buffer.concat([clientNonce, hmac.digest()]));
    await take(HANDSHAKE_BYTES);
    socket.write(framed(encode(frame.request, { id: 1, message: samDoor[name].number, deadlineMs: 10_000, requestId: '', body })));
    const answer = decode(frame.answer, await take((await take(4)).readUInt32BE()));
    if (!answer.ok) throw new LinkError('refused', answer.code);
    return decode(samDoor[name].answer as Schema<unknown>, answer.body);
  } finally {
    socket.destroy();
  }
}

function framed(payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}
