// SPDX-License-Identifier: Apache-2.0
// The journal is a row of files, each of 64 MiB at most, with zeros behind the last group of each. A place in it is one number: segment and
// offset.
import { join } from 'node:path';
import type { Disk } from './disk.ts';

export const SEGMENT_BYTES_MAX = 64 * 1_048_576;
/** Zeros that are written ahead. */
export const ROOM_BYTES = 65_536;
const OFFSETS = 2 ** 28;

/** Where a record stands. */
export type Place = number;

export function placeOf(segment: number, offset: number): Place {
  return segment * OFFSETS + offset;
}

export function segmentOf(place: Place): number {
  return Math.floor(place / OFFSETS);
}

export function offsetOf(place: Place): number {
  return place % OFFSETS;
}

export function placeToText(place: Place): string {
  return `segment ${segmentOf(place)} at byte ${offsetOf(place)}`;
}

export function segmentPath(folder: string, segment: number): string {
  return join(folder, `journal-${String(segment).padStart(8, '0')}`);
}

/** Where what stands in a file behind `start` ends: from there on there are only zeros. */
export function endOfWritten(bytes: Uint8Array, start: number): number {
  let end = bytes.length;
  while (end > start && bytes[end - 1] === 0) end--;
  return end;
}

/** Numbers of the segments in a folder, ascending. */
export function listSegments(disk: Disk, folder: string): number[] {
  const numbers = disk.list(folder).flatMap((name) => {
    const match = /^journal-(\d{8})$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers.sort((a, b) => a - b);
}
