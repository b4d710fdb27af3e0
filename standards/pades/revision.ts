// SPDX-License-Identifier: Apache-2.0
// An appended revision, ISO 32000-2 section 7.5.6: new and changed objects, a section of cross-references of the same kind as the
// newest one of the file, a trailer. The bytes before it stay as they are.
import { concat } from '../bytes/index.ts';
import {
  byteText,
  isKind,
  name,
  type PdfDictionary,
  type PdfDocument,
  type PdfObject,
  type PdfReference,
  reference,
  string,
  writeObject,
} from '../pdf/index.ts';

/** These describe one section and are not carried over to the next. */
const SECTION_KEYS: ReadonlySet<string> = new Set(
  ['Prev', 'XRefStm', 'Size', 'ID', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms'],
);

interface Written {
  readonly reference: PdfReference;
  readonly offset: number;
}

export class Revision {
  readonly #document: PdfDocument;
  readonly #parts: Uint8Array[] = [];
  readonly #written: Written[] = [];
  #numberEnd: number;
  #end: number;

  constructor(document: PdfDocument) {
    this.#document = document;
    this.#numberEnd = Math.max(1, document.objectNumberEnd);
    this.#end = document.source.size;
    if (!endsWithLine(document)) this.#append('\n');
  }

  allocate(): PdfReference {
    return reference(this.#numberEnd++);
  }

  write(reference: PdfReference, object: PdfObject): void {
    this.writeText(reference, writeObject(object));
  }

  /** Where the text begins in the file. */
  writeText(reference: PdfReference, text: string): number {
    this.#written.push({ reference, offset: this.#end });
    this.#append(`${reference.number} ${reference.generation} obj\n`);
    const start = this.#end;
    this.#append(`${text}\nendobj\n`);
    return start;
  }

  /** The appended bytes. `changeId` tells this version of the file from the one before, ISO 32000-2 section 14.4. */
  finish(changeId: Uint8Array): Uint8Array<ArrayBuffer> {
    const start = this.#end;
    if (this.#document.references.newest.kind === 'table') this.#appendTable(changeId);
    else this.#appendStream(changeId);
    this.#append(`startxref\n${start}\n%%EOF\n`);
    return concat(...this.#parts);
  }

  #append(text: string): void {
    this.#parts.push(byteText(text));
    this.#end += text.length;
  }

  #appendTable(changeId: Uint8Array): void {
    const lines = this.#ranges().flatMap((range) => [`${range[0]!.reference.number} ${range.length}`, ...range.map(tableEntry)]);
    this.#append(`xref\n${lines.join('\n')}\ntrailer\n${writeObject(this.#trailer(changeId, {}))}\n`);
  }

  #appendStream(changeId: Uint8Array): void {
    const stream = this.allocate();
    this.#written.push({ reference: stream, offset: this.#end });
    const ranges = this.#ranges();
    const entries = ranges.flat().map(streamEntry).join('');
    const dictionary = this.#trailer(changeId, {
      Type: name('XRef'),
      W: { kind: 'array', items: [1, OFFSET_WIDTH, 2] },
      Index: { kind: 'array', items: ranges.flatMap((range) => [range[0]!.reference.number, range.length]) },
      Length: entries.length,
    });
    this.#append(`${stream.number} 0 obj\n${writeObject(dictionary)}\nstream\n${entries}\nendstream\nendobj\n`);
  }

  #trailer(changeId: Uint8Array, section: Readonly<Record<string, PdfObject>>): PdfDictionary {
    const { newest } = this.#document.references;
    const kept = [...newest.trailer.entries].filter(([key]) => !SECTION_KEYS.has(key));
    const own = { Size: this.#numberEnd, Prev: newest.offset, ID: this.#identifier(changeId), ...section };
    return { kind: 'dictionary', entries: new Map([...kept, ...Object.entries(own)]) };
  }

  #identifier(changeId: Uint8Array): PdfObject {
    const first = this.#document.array(this.#document.trailer.entries.get('ID'), 'ID')?.items[0];
    const change = string(changeId);
    return { kind: 'array', items: [isKind(first, 'string') ? first : change, change] };
  }

  /** The written objects by number, cut where a number is missing. */
  #ranges(): readonly (readonly Written[])[] {
    const ranges: Written[][] = [];
    for (const written of this.#written.toSorted((a, b) => a.reference.number - b.reference.number)) {
      const last = ranges.at(-1);
      if (last !== undefined && last.at(-1)!.reference.number + 1 === written.reference.number) last.push(written);
      else ranges.push([written]);
    }
    return ranges;
  }
}

const OFFSET_WIDTH = 5;

/** Twenty bytes with the line end, ISO 32000-2 section 7.5.4. */
function tableEntry({ reference, offset }: Written): string {
  return `${String(offset).padStart(10, '0')} ${String(reference.generation).padStart(5, '0')} n `;
}

function streamEntry({ reference, offset }: Written): string {
  return bigEndian(1, 1) + bigEndian(offset, OFFSET_WIDTH) + bigEndian(reference.generation, 2);
}

function bigEndian(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 256)) text = String.fromCharCode(rest % 256) + text;
  return text;
}

function endsWithLine({ source }: PdfDocument): boolean {
  const last = source.read(source.size - 1, 1)[0];
  return last === 0x0a || last === 0x0d;
}
