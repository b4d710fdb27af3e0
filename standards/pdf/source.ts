// SPDX-License-Identifier: Apache-2.0

/** Random access to the bytes of a file, so that a document never has to be in memory as a whole. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `offset` on: exactly `length` of them, or fewer only where the file ends. The reader does not change them. */
  read(offset: number, length: number): Uint8Array;
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
