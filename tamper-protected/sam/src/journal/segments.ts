// SPDX-License-Identifier: Apache-2.0
// The journal is a row of files, each of 64 MiB at most. A place in it is one number: segment and offset.
import { join } from 'node:path';
import type { Disk } from './disk.ts';

export const SEGMENT_BYTES_MAX = 64 * 1_048_576;
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

/** Numbers of the segments in a folder, ascending. */
export function listSegments(disk: Disk, folder: string): number[] {
  const numbers = disk.list(folder).flatMap((name) => {
    const match = /^journal-(\d{8})$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers.sort((a, b) => a - b);
}
