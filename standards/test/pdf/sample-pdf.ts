// SPDX-License-Identifier: Apache-2.0
// Small PDFs in every shape that the standard allows, written here by hand. Objects are texts by number; 1 is the catalog.
import { deflateSync, inflateSync } from 'node:zlib';
import { byteText, type Inflate, openDocument, type PdfDocument, PdfError, type PdfLimits, sourceOf } from '../../pdf/index.ts';
import { concat } from '../../bytes/index.ts';

export type Objects = ReadonlyMap<number, string>;

export const inflate: Inflate = (compressed, lengthMax) => inflateSync(compressed, { maxOutputLength: lengthMax });

export function open(pdf: Uint8Array, limits: Partial<PdfLimits> = {}): PdfDocument {
  return openDocument(sourceOf(pdf), inflate, limits);
}

/** Which refusal a call ends in. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof PdfError) return error.code;
    throw error;
  }
  return 'accepted';
}

const CONTENT = 'BT /F1 24 Tf 72 720 Td (Agreement) Tj ET';

export function objects(changes: Readonly<Record<number, string>> = {}): Objects {
  return new Map(
    Object.entries({
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612.50 792] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
      4: `<< /Length ${CONTENT.length} >>\nstream\n${CONTENT}\nendstream`,
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ...changes,
    }).map(([number, text]) => [Number(number), text]),
  );
}

interface Part {
  text: string;
  readonly offsets: Map<number, number>;
}

function writeObjects(start: string, objects: Objects): Part {
  const part: Part = { text: start, offsets: new Map() };
  for (const [number, text] of objects) {
    part.offsets.set(number, part.text.length);
    part.text += `${number} 0 obj\n${text}\nendobj\n`;
  }
  return part;
}

const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';

function sizeOf(objects: Objects): number {
  return Math.max(...objects.keys()) + 1;
}

/** A table with one subsection for each object, and the free object 0. */
function table(offsets: ReadonlyMap<number, number>): string {
  const entries = [...offsets].map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
  return `xref\n0 1\n0000000000 65535 f \n${entries.join('')}`;
}

export function withTable(objects: Objects, trailer = ''): Uint8Array {
  const part = writeObjects(HEADER, objects);
  const tail = `trailer\n<< /Size ${sizeOf(objects)} /Root 1 0 R ${trailer} >>\nstartxref\n${part.text.length}\n%%EOF\n`;
  return byteText(part.text + table(part.offsets) + tail);
}

export function appendTable(pdf: Uint8Array, objects: Objects, trailer = ''): Uint8Array {
  const before = String.fromCharCode(...pdf);
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)![1]!;
  const size = Math.max(sizeOf(objects), Number(/\/Size (\d+)/.exec(before.slice(before.lastIndexOf('/Size')))![1]));
  const part = writeObjects(before, objects);
  const tail = `trailer\n<< /Size ${size} /Root 1 0 R /Prev ${previous} ${trailer} >>\nstartxref\n${part.text.length}\n%%EOF\n`;
  return byteText(part.text + table(part.offsets) + tail);
}

function deflated(text: string): string {
  return String.fromCharCode(...deflateSync(byteText(text)));
}

function bigEndian(value: number, width: number): string {
  return Array.from({ length: width }, (_, at) => String.fromCharCode(Math.floor(value / 256 ** (width - 1 - at)) % 256)).join('');
}

/** The PNG filter Up on every row, as most programs write cross-reference streams. */
function predicted(rows: readonly string[]): string {
  let previous = '\0'.repeat(rows[0]!.length);
  let text = '';
  for (const row of rows) {
    text += '\x02';
    for (let i = 0; i < row.length; i++) text += String.fromCharCode((row.charCodeAt(i) - previous.charCodeAt(i) + 256) % 256);
    previous = row;
  }
  return text;
}

export function objectStream(objects: Objects): string {
  let heads = '';
  let bodies = '';
  for (const [number, text] of objects) {
    heads += `${number} ${bodies.length} `;
    bodies += `${text} `;
  }
  const packed = deflated(heads + bodies);
  const dictionary = `<< /Type /ObjStm /N ${objects.size} /First ${heads.length} /Filter /FlateDecode /Length ${packed.length} >>`;
  return `${dictionary}\nstream\n${packed}\nendstream`;
}

interface StreamShape {
  readonly predictor?: boolean;
  readonly trailer?: string;
}

/** Everything but streams in one object stream, and a cross-reference stream. */
export function withStreams(all: Objects, { predictor = true, trailer = '' }: StreamShape = {}): Uint8Array {
  const loose = new Map([...all].filter(([, text]) => text.includes('stream\n')));
  const packed = new Map([...all].filter(([number]) => !loose.has(number)));
  const container = sizeOf(all);
  const part = writeObjects(HEADER, new Map([...loose, [container, objectStream(packed)]]));
  part.offsets.set(container + 1, part.text.length);
  const indexes = [...packed.keys()];
  const rows = Array.from({ length: container + 2 }, (_, number) => {
    const offset = part.offsets.get(number);
    if (offset !== undefined) return bigEndian(1, 1) + bigEndian(offset, 3) + bigEndian(0, 2);
    const index = indexes.indexOf(number);
    return index < 0 ? bigEndian(0, 6) : bigEndian(2, 1) + bigEndian(container, 3) + bigEndian(index, 2);
  });
  const body = deflated(predictor ? predicted(rows) : rows.join(''));
  const parameters = predictor ? '/DecodeParms << /Predictor 12 /Columns 6 >>' : '';
  const filter = `/Filter /FlateDecode ${parameters} /Length ${body.length}`;
  const dictionary = `<< /Type /XRef /W [1 3 2] /Size ${rows.length} /Root 1 0 R ${trailer} ${filter} >>`;
  const start = part.text.length;
  return byteText(`${part.text}${container + 1} 0 obj\n${dictionary}\nstream\n${body}\nendstream\nendobj\nstartxref\n${start}\n%%EOF`);
}

/** A table that calls the objects from 5 on free, with a stream beside it that says where they are. */
export function hybrid(all: Objects): Uint8Array {
  const hidden = new Map([...all].filter(([number]) => number >= 5));
  const loose = new Map([...all].filter(([number]) => number < 5));
  const container = sizeOf(all);
  const part = writeObjects(HEADER, new Map([...loose, [container, objectStream(hidden)]]));
  const beside = part.text.length;
  const rows = [...hidden.keys()].map((_, index) => bigEndian(2, 1) + bigEndian(container, 3) + bigEndian(index, 2)).join('');
  const index = [...hidden.keys()].map((number) => `${number} 1`).join(' ');
  const dictionary = `<< /Type /XRef /W [1 3 2] /Index [${index}] /Size ${container + 2} /Root 1 0 R /Length ${rows.length} >>`;
  part.text += `${container + 1} 0 obj\n${dictionary}\nstream\n${rows}\nendstream\nendobj\n`;
  const free = [...hidden.keys()].map((number) => `${number} 1\n0000000000 65535 f \n`).join('');
  const tail = `trailer\n<< /Size ${container + 2} /Root 1 0 R /XRefStm ${beside} >>\nstartxref\n${part.text.length}\n%%EOF\n`;
  return byteText(part.text + table(part.offsets) + free + tail);
}

/** The same file with one text in it replaced by another of equal length. */
export function replaced(pdf: Uint8Array, from: string, to: string): Uint8Array {
  if (from.length !== to.length) throw new Error('offsets would move');
  const text = String.fromCharCode(...pdf);
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return byteText(text.replace(from, to));
}

export function joined(pdf: Uint8Array, appended: Uint8Array): Uint8Array {
  return concat(pdf, appended);
}
