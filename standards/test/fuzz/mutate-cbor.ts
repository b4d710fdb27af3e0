// SPDX-License-Identifier: Apache-2.0
// CBOR taken apart into its items without any rule, and put together again with what a deterministic reader must refuse: longer heads, indefinite
// lengths, keys twice or out of order, tags, floats, negative numbers, counts without items, depth, damaged text.
import { concat, utf8 } from '@sigillo/standards/bytes';
import { byteMutations, EDGES, type Mutation, TEXT_DAMAGE } from './mutate-bytes.ts';
import type { Random } from './random.ts';

interface Item {
  readonly major: number;
  readonly argument: number | bigint;
  /** How many bytes the argument takes: 0 in the first byte, -1 for indefinite; undefined for the shortest. */
  readonly width?: number;
  readonly content?: Uint8Array;
  readonly items?: readonly Item[];
  /** Of an item that nobody has changed. */
  readonly read?: Read | undefined;
}

/** Where an item was read, and how many there are with all inside. */
interface Read {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

const DEPTH_MAX = 24;

/** One item of the input altered in a way that CBOR has. What is no CBOR is damaged as bytes. */
export const cborMutation: Mutation<Uint8Array> = (input, random, other) => {
  const item = readWhole(input);
  if (item === undefined) return random.pick(byteMutations)(input, random, other);
  const donor = readWhole(other) ?? item;
  return write(altered(item, random.below(countOf(item)), (one) => bent(one, random, donor)));
};

function bent(item: Item, random: Random, donor: Item): Item {
  const changes = [...ofAny, ...(item.items !== undefined ? ofItems : []), ...(item.content !== undefined ? ofContent : [])];
  return random.pick(changes)(item, random, donor);
}

type Change = (item: Item, random: Random, donor: Item) => Item;

const ofAny: readonly Change[] = [
  (item, random) => ({ ...item, width: random.pick([0, 1, 2, 4, 8]) }),
  (item) => ({ ...item, width: -1 }),
  (item, random) => ({ ...item, argument: random.pick(EDGES) }),
  (item, random) => ({ ...item, argument: BigInt(item.argument) + random.pick([1n, -1n]) }),
  (item, random) => ({ ...item, major: random.below(8) }),
  (_item, random) => ({ major: 7, argument: random.pick([20, 21, 22, 23, 24, 25, 26, 27, 31]) }),
  (_item, random) => ({ major: random.pick([0, 1]), argument: random.pick(EDGES) }),
  (_item, random) => random.pick(SMALL),
  (item, random) => ({ major: 6, argument: random.below(40), items: [item] }),
  (item, random) => wrapped(item, 1 + random.below(random.once(16) ? 600 : 3)),
  (_item, random, donor) => pickItem(donor, random),
];

const ofItems: readonly Change[] = [
  (item, random) => ({ ...item, argument: random.pick(EDGES) }),
  (item, random) => recounted(item, item.items!.toSpliced(atEntry(item, random), stepOf(item))),
  (item, random) => recounted(item, item.items!.toSpliced(atEntry(item, random), 0, ...entry(item, atEntry(item, random)))),
  (item, random) => recounted(item, swapped(item.items!, atEntry(item, random), atEntry(item, random), stepOf(item))),
  (item, random, donor) => recounted(item, [...item.items!, ...Array.from({ length: stepOf(item) }, () => pickItem(donor, random))]),
  (item) => recounted(item, item.items!.toReversed()),
];

const ofContent: readonly Change[] = [
  (item, random) => resized(item, damaged(item.content!, random)),
  (item, random) => resized(item, random.pick(byteMutations)(item.content!, random, item.content!)),
  (item, random) => resized(item, cborMutation(item.content!, random, item.content!)),
  (item, random) => resized(item, new Uint8Array(random.pick([0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 256]))),
  (item, random) => ({ ...item, argument: BigInt(item.content!.length) + random.pick(EDGES) }),
];

const SMALL: readonly Item[] = [
  { major: 3, argument: 9, content: utf8('__proto__') },
  { major: 3, argument: 0, content: new Uint8Array(0) },
  { major: 2, argument: 0, content: new Uint8Array(0) },
  { major: 4, argument: 0, items: [] },
  { major: 5, argument: 0, items: [] },
];

const stepOf = (item: Item): number => (item.major === 5 ? 2 : 1);
const atEntry = (item: Item, random: Random): number => random.below(Math.ceil(item.items!.length / stepOf(item))) * stepOf(item);
const entry = (item: Item, at: number): readonly Item[] => item.items!.slice(at, at + stepOf(item));

function damaged(content: Uint8Array, random: Random): Uint8Array {
  const at = random.below(content.length + 1);
  return concat(content.subarray(0, at), random.pick(TEXT_DAMAGE), content.subarray(at));
}

function resized(item: Item, content: Uint8Array): Item {
  return { ...item, argument: content.length, content };
}

function recounted(item: Item, items: readonly Item[]): Item {
  return { ...item, argument: item.major === 6 ? item.argument : Math.floor(items.length / stepOf(item)), items };
}

function swapped(items: readonly Item[], a: number, b: number, step: number): readonly Item[] {
  const copy = [...items];
  for (let i = 0; i < step && a + i < copy.length && b + i < copy.length; i++) [copy[a + i], copy[b + i]] = [copy[b + i]!, copy[a + i]!];
  return copy;
}

function wrapped(item: Item, times: number): Item {
  let whole = item;
  for (let i = 0; i < times; i++) whole = { major: 4, argument: 1, items: [whole] };
  return whole;
}

function pickItem(root: Item, random: Random): Item {
  let found = root;
  altered(root, random.below(countOf(root)), (one) => (found = one));
  return found;
}

function countOf(item: Item): number {
  if (item.read !== undefined) return item.read.count;
  let count = 1;
  for (const one of item.items ?? []) count += countOf(one);
  return count;
}

/** The tree with its item number `index`, counted from the root, exchanged. */
function altered(item: Item, index: number, change: (item: Item) => Item): Item {
  if (index === 0 || item.items === undefined) return { ...change(item), read: undefined };
  let before = 1;
  const items = item.items.map((one) => {
    const at = index - before;
    const count = countOf(one);
    before += count;
    return at >= 0 && at < count ? altered(one, at, change) : one;
  });
  return { ...item, items, read: undefined };
}

/** What was accepted is changed again and again: it is taken apart once. */
const known = new Map<Uint8Array, Item>();
const KNOWN_MAX = 1024;

function readWhole(bytes: Uint8Array): Item | undefined {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const read = readItem(bytes, 0, 0);
  if (read?.read?.end !== bytes.length) return undefined;
  if (known.size === KNOWN_MAX) known.clear();
  known.set(bytes, read);
  return read;
}

function readItem(bytes: Uint8Array, start: number, depth: number): Item | undefined {
  const first = bytes[start];
  if (first === undefined || depth > DEPTH_MAX) return undefined;
  const [major, info] = [first >> 5, first & 31];
  const width = info < 24 ? 0 : [1, 2, 4, 8][info - 24];
  if (width === undefined || start + 1 + width > bytes.length) return undefined;
  let argument = width === 0 ? info : 0;
  for (let i = 0; i < width; i++) argument = argument * 256 + bytes[start + 1 + i]!;
  const at = start + 1 + width;
  if (major === 2 || major === 3) {
    const end = at + argument;
    return end > bytes.length ? undefined : { major, argument, content: bytes.subarray(at, end), read: { bytes, start, end, count: 1 } };
  }
  if (major < 4 || major === 7) return { major, argument, read: { bytes, start, end: at, count: 1 } };
  const count = major === 6 ? 1 : argument * (major === 5 ? 2 : 1);
  return count > bytes.length - at ? undefined : readItems({ major, argument }, bytes, start, at, depth, count);
}

function readItems({ major, argument }: Item, bytes: Uint8Array, start: number, content: number, depth: number, length: number): Item | undefined {
  const items: Item[] = [];
  let [end, count] = [content, 1];
  for (let i = 0; i < length; i++) {
    const next = readItem(bytes, end, depth + 1);
    if (next?.read === undefined) return undefined;
    items.push(next);
    end = next.read.end;
    count += next.read.count;
  }
  return { major, argument, items, read: { bytes, start, end, count } };
}

/** One place to write in for all inputs; what leaves is a copy. */
let place = new Uint8Array(65_536);
let length = 0;

function write(item: Item): Uint8Array {
  length = 0;
  append(item);
  return place.slice(0, length);
}

function append(item: Item): void {
  const { content, items, read } = item;
  if (read !== undefined) return appendRead(read);
  appendHead(item);
  if (content !== undefined) appendBytes(content);
  if (items !== undefined) for (const one of items) append(one);
  if (item.width !== -1) return;
  reserve(1);
  place[length++] = 0xff;
}

function appendRead({ bytes, start, end }: Read): void {
  reserve(end - start);
  if (end - start < 32) for (let i = start; i < end; i++) place[length++] = bytes[i]!;
  else appendBytes(bytes.subarray(start, end));
}

function appendBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  place.set(bytes, length);
  length += bytes.length;
}

function appendHead({ major, argument, width }: Item): void {
  reserve(16);
  const top = major << 5;
  const taken = width ?? (argument < 24 || major === 7 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8);
  if (taken <= 0) {
    place[length++] = top | (taken < 0 ? 31 : Number(BigInt.asUintN(5, BigInt(argument))));
    return;
  }
  place[length++] = top | (24 + Math.log2(taken));
  if (typeof argument === 'number' && argument < 0x1_0000_0000 && taken <= 4) {
    for (let i = taken - 1; i >= 0; i--) place[length++] = argument >>> (8 * i);
    return;
  }
  for (let i = taken - 1, rest = BigInt.asUintN(64, BigInt(argument)); i >= 0; i--) place[length++] = Number((rest >> BigInt(8 * i)) & 0xffn);
}

function reserve(more: number): void {
  if (length + more + 1 <= place.length) return;
  const larger = new Uint8Array(2 * (length + more + 1));
  larger.set(place);
  place = larger;
}
