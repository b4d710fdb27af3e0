// SPDX-License-Identifier: Apache-2.0
// From bytes to a tree. The maintained library `asn1js` finds the elements; here its answer is taken down to views of the input,
// checked to cover the input without gaps, and, for DER, compared element by element with what the writer would write.
import { type BaseBlock, fromBER, type FromBerOptions, type FromBerResult } from 'asn1js';
import { isCanonical } from './canonical.ts';
import { Asn1Error } from './error.ts';
import { elementLength } from './write.ts';

/** One element; `tag` is the identifier octet, `offset` counts from the start of what was read. All bytes are views of the input. */
export type Asn1Element = {
  readonly tag: number;
  readonly offset: number;
  readonly encoded: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Asn1Element[];
};

export type Asn1Limits = {
  readonly sizeBytesMax: number;
  readonly depthMax: number;
  readonly elementsMax: number;
};

const DEFAULT_LIMITS: Asn1Limits = { sizeBytesMax: 1 << 20, depthMax: 24, elementsMax: 10_000 };

export function parseElement(input: Uint8Array, encoding: 'der' | 'ber', limits: Partial<Asn1Limits> = {}): Asn1Element {
  const { sizeBytesMax, depthMax, elementsMax } = { ...DEFAULT_LIMITS, ...limits };
  if (input.length > sizeBytesMax) throw new Asn1Error('asn1_too_large', 0);
  // Plain bytes, whatever subclass came in: the views handed out then behave alike everywhere.
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.length);
  if (encoding === 'der') requireWhole(bytes);
  const { offset, result } = find(bytes, {
    copyInput: false,
    parseEmbedded: false,
    maxDepth: depthMax,
    maxNodes: elementsMax,
    maxContentLength: sizeBytesMax,
  });
  if (offset === -1) throw new Asn1Error(result.error.startsWith('Maximum ASN.1') ? 'asn1_too_large' : 'asn1_malformed', 0);
  if (offset !== bytes.length) throw new Asn1Error('asn1_trailing', offset);
  return convert(result, bytes, 0, encoding);
}

/** The commonest faults by name, before the library is asked. */
function requireWhole(bytes: Uint8Array): void {
  const total = elementLength(bytes);
  if (total > bytes.length) throw new Asn1Error('asn1_truncated', bytes.length);
  if (total < bytes.length) throw new Asn1Error('asn1_trailing', total);
}

/** The library reports most faults in its answer, and throws on some values. */
function find(bytes: Uint8Array, options: FromBerOptions): FromBerResult {
  try {
    return fromBER(bytes, options);
  } catch (cause) {
    throw new Asn1Error('asn1_malformed', 0, cause);
  }
}

function convert(block: BaseBlock, input: Uint8Array, offset: number, encoding: 'der' | 'ber'): Asn1Element {
  const end = offset + block.blockLength;
  const contentStart = offset + block.idBlock.blockLength + block.lenBlock.blockLength;
  if (block.idBlock.blockLength !== 1 || end > input.length || contentStart > end) throw new Asn1Error('asn1_malformed', offset);
  if (encoding === 'der' && block.lenBlock.isIndefiniteForm) throw new Asn1Error('asn1_not_der', offset);
  const contentEnd = block.lenBlock.isIndefiniteForm ? end - 2 : end;
  const item: Asn1Element = {
    tag: input[offset]!,
    offset,
    encoded: input.subarray(offset, end),
    content: input.subarray(contentStart, contentEnd),
    children: block.idBlock.isConstructed ? convertChildren(block, input, contentStart, contentEnd, encoding) : [],
  };
  if (encoding === 'der' && !isCanonical(item)) throw new Asn1Error('asn1_not_der', offset);
  return item;
}

function convertChildren(parent: BaseBlock, input: Uint8Array, start: number, end: number, encoding: 'der' | 'ber'): Asn1Element[] {
  const { value } = parent.valueBlock as { readonly value?: unknown };
  // A constructed string has its text there instead.
  const blocks = Array.isArray(value) ? (value as readonly BaseBlock[]) : [];
  const children: Asn1Element[] = [];
  let at = start;
  for (const block of blocks) {
    const child = convert(block, input, at, encoding);
    children.push(child);
    at += child.encoded.length;
  }
  if (at !== end) throw new Asn1Error('asn1_malformed', at);
  return children;
}
