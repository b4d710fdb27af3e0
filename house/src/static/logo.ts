// SPDX-License-Identifier: Apache-2.0
// The service's mark as a PNG (RFC 2083), for `info.logo` of the CSC API: a ring with rounded corners, drawn here so that no picture need be kept.
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 128;
const INK = [0x2b, 0x50, 0x9f] as const;
/** Distances from the middle, in pixels, and how round the corners are. */
const OUTER = 52;
const INNER = 28;
const OUTER_RADIUS = 18;
const INNER_RADIUS = 6;
/** Samples along each side of a pixel, for smooth edges. */
const SAMPLES = 4;

export function logoPng(): Uint8Array {
  const rows = Buffer.alloc(SIZE * (1 + 4 * SIZE));
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) rows.set([...INK, opacityAt(x, y)], y * (1 + 4 * SIZE) + 1 + 4 * x);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  // Eight bits a channel, colour with alpha.
  header.set([8, 6], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function opacityAt(x: number, y: number): number {
  let inside = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const dx = Math.abs(x + ((i % SAMPLES) + 0.5) / SAMPLES - SIZE / 2);
    const dy = Math.abs(y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES - SIZE / 2);
    if (isWithin(dx, dy, OUTER, OUTER_RADIUS) && !isWithin(dx, dy, INNER, INNER_RADIUS)) inside += 1;
  }
  return Math.round((255 * inside) / (SAMPLES * SAMPLES));
}

/** Whether a point lies in a square with rounded corners around the middle. */
function isWithin(dx: number, dy: number, half: number, radius: number): boolean {
  if (dx > half || dy > half) return false;
  return Math.hypot(Math.max(0, dx - (half - radius)), Math.max(0, dy - (half - radius))) <= radius;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
