// SPDX-License-Identifier: Apache-2.0
// The reader without a schema: whatever it takes, item by item, the writer writes in the same bytes.
import { CborError, CborReader, CborWriter } from '@sigillo/standards/cbor';
import type { Parser } from '../parser.ts';
import { cborMutation } from '../mutate-cbor.ts';

const DEPTH_MAX = 32;
const COUNT_MAX = 1_000_000;

function respell(input: Uint8Array): Uint8Array {
  const [reader, writer] = [new CborReader(input), new CborWriter()];
  copyItem(reader, writer, 0);
  reader.end();
  return writer.finish();
}

function copyItem(reader: CborReader, writer: CborWriter, depth: number): void {
  if (depth > DEPTH_MAX) throw new CborError('cbor_too_large', reader.offset);
  const kind = reader.peek();
  switch (kind) {
    case 'uint':
      return writer.uint(reader.uint());
    case 'bytes':
      return writer.bytes(reader.bytes(4096));
    case 'text':
      return writer.text(reader.text(4096));
    case 'boolean':
      return writer.boolean(reader.boolean());
    case 'null':
      reader.null();
      return writer.null();
    case 'array':
      return copyItems(reader, writer, depth);
    case 'map':
      return copyEntries(reader, writer, depth);
  }
}

function copyItems(reader: CborReader, writer: CborWriter, depth: number): void {
  const count = reader.array(COUNT_MAX);
  writer.array(count);
  for (let i = 0; i < count; i++) copyItem(reader, writer, depth + 1);
}

function copyEntries(reader: CborReader, writer: CborWriter, depth: number): void {
  const count = reader.map(COUNT_MAX);
  writer.map(count);
  for (let i = 0, key = -1; i < count; i++) {
    key = reader.key(key);
    writer.uint(key);
    copyItem(reader, writer, depth + 1);
  }
}

function samples(): readonly Uint8Array[] {
  return SAMPLES.map((write) => {
    const writer = new CborWriter();
    write(writer);
    return writer.finish();
  });
}

const SAMPLES: readonly ((writer: CborWriter) => void)[] = [
  ...[0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER].map((value) => (writer: CborWriter): void => writer.uint(value)),
  (writer) => writer.bytes(new Uint8Array(30).fill(7)),
  (writer) => writer.text('Prüfung 承認 \u{1f58b}'),
  (writer) => writer.null(),
  (writer) => {
    writer.map(4);
    writer.uint(0);
    writer.array(3);
    for (const value of [true, false]) writer.boolean(value);
    writer.text('');
    writer.uint(1);
    writer.map(1);
    writer.uint(300);
    writer.bytes(new Uint8Array(300));
    writer.uint(24);
    writer.array(0);
    writer.uint(70_000);
    writer.null();
  },
];

export const ofCbor: readonly Parser<Uint8Array>[] = [
  { name: 'cbor', valid: samples(), mutations: [cborMutation], isRefusal: (error) => error instanceof CborError, respell },
];
