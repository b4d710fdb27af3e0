// SPDX-License-Identifier: Apache-2.0
// DER taken apart without its rules, and put together with what BER allows and DER does not: longer and indefinite lengths, exchanged tags, numbers
// with needless octets, sets out of order, elements twice or gone, depth, and the same inside octet strings.
import { concat } from '@sigillo/standards/bytes';
import { byteMutations, type Mutation, TEXT_DAMAGE } from './mutate-bytes.ts';
import type { Random } from './random.ts';

interface Element {
  readonly tag: number;
  /** How many octets the length takes after its first; -1 for indefinite; undefined for the shortest. */
  readonly width?: number;
  /** What the length says, where it lies. */
  readonly claimed?: number;
  /** Stands before the children: the unused bits of a BIT STRING that holds DER. */
  readonly lead?: Uint8Array;
  readonly content?: Uint8Array;
  readonly children?: readonly Element[];
}

const DEPTH_MAX = 24;

export const derMutation: Mutation<Uint8Array> = (input, random, other) => {
  const elements = elementsOf(input);
  if (elements === undefined) return random.pick(byteMutations)(input, random, other);
  const root: Element = { tag: 0, children: elements };
  const donor: Element = { tag: 0, children: elementsOf(other) ?? elements };
  const count = countOf(root);
  return concat(...(altered(root, Math.min(count - 1, 1 + random.below(count - 1)), (one) => bent(one, random, donor)).children ?? []).map(write));
};

function bent(element: Element, random: Random, donor: Element): Element {
  const changes = [...ofAny, ...(element.children === undefined ? ofContent : ofChildren)];
  return random.pick(changes)(element, random, donor);
}

type Change = (element: Element, random: Random, donor: Element) => Element;

const TAGS: readonly number[] = [1, 2, 3, 4, 5, 6, 9, 10, 12, 18, 19, 20, 22, 23, 24, 28, 30, 31, 0x24, 0x30, 0x31, 0x80, 0xa0, 0xa1, 0xa3, 0x1f, 0x7f, 0xff];

const ofAny: readonly Change[] = [
  (element, random) => ({ ...element, width: random.pick([1, 2, 3, 4, 8]) }),
  (element) => ({ ...element, width: -1 }),
  (element, random) => ({ ...element, claimed: random.pick([0, 1, 127, 128, 255, 256, 65_535, 65_536, 0x7fff_ffff, 0xffff_ffff]) }),
  (element, random) => ({ ...element, tag: random.pick(TAGS) }),
  (element, random) => ({ ...element, tag: element.tag ^ (1 << random.below(8)) }),
  (element, random) => wrapped(element, random.pick([0x30, 0xa0, 0x24, 4]), 1 + random.below(random.once(16) ? 300 : 3)),
  (_element, random, donor) => pickElement(donor, random),
];

const ofChildren: readonly Change[] = [
  (element, random) => ({ ...element, children: element.children!.toSpliced(random.below(element.children!.length), 1) }),
  (element, random) => {
    const at = random.below(element.children!.length);
    return { ...element, children: element.children!.toSpliced(at, 0, ...element.children!.slice(at, at + 1)) };
  },
  (element) => ({ ...element, children: element.children!.toReversed() }),
  (element, random, donor) => ({ ...element, children: element.children!.toSpliced(random.below(element.children!.length + 1), 0, pickElement(donor, random)) }),
  (element, random) => ({ ...element, children: element.children!.slice(0, random.below(element.children!.length + 1)) }),
];

const ofContent: readonly Change[] = [
  (element, random) => ({ ...element, content: concat(random.pick([[0], [0xff], [0x80], [0, 0]]).reduce((all, byte) => concat(all, Uint8Array.of(byte)), new Uint8Array(0)), element.content!) }),
  (element, random) => ({ ...element, content: random.pick(byteMutations)(element.content!, random, element.content!) }),
  (element, random) => ({ ...element, content: concat(element.content!, random.pick(TEXT_DAMAGE)) }),
  (element) => ({ ...element, content: new Uint8Array(0) }),
  (element, random) => ({ ...element, content: random.bytes(random.pick([1, 2, 8, 20, 21, 32, 65])) }),
];

function wrapped(element: Element, tag: number, times: number): Element {
  let whole = element;
  for (let i = 0; i < times; i++) whole = { tag, children: [whole] };
  return whole;
}

function pickElement(root: Element, random: Random): Element {
  const count = countOf(root);
  let found = root;
  altered(root, Math.min(count - 1, 1 + random.below(count - 1)), (one) => (found = one));
  return found;
}

function countOf(element: Element): number {
  let count = 1;
  for (const one of element.children ?? []) count += countOf(one);
  return count;
}

function altered(element: Element, index: number, change: (element: Element) => Element): Element {
  if (index === 0 || element.children === undefined) return change(element);
  let before = 1;
  const children = element.children.map((one) => {
    const at = index - before;
    const count = countOf(one);
    before += count;
    return at >= 0 && at < count ? altered(one, at, change) : one;
  });
  return { ...element, children };
}

/** What was accepted is changed again and again: it is taken apart once. */
const known = new WeakMap<Uint8Array, readonly Element[]>();
/** The bytes of an element that nobody changed. */
const unchanged = new WeakMap<Element, Uint8Array>();

function elementsOf(bytes: Uint8Array): readonly Element[] | undefined {
  const elements = known.get(bytes) ?? readAll(bytes, 0);
  if (elements !== undefined) known.set(bytes, elements);
  return elements;
}

function readAll(bytes: Uint8Array, depth: number): readonly Element[] | undefined {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = depth > DEPTH_MAX ? undefined : readOne(bytes, at, depth);
    if (next === undefined) return undefined;
    elements.push(next.element);
    at = next.end;
  }
  return elements;
}

function readOne(bytes: Uint8Array, start: number, depth: number): { readonly element: Element; readonly end: number } | undefined {
  const [tag, first] = [bytes[start]!, bytes[start + 1]];
  if (first === undefined || first === 0x80 || first > 0x84 || (tag & 31) === 31) return undefined;
  const width = first < 0x80 ? 0 : first & 0x7f;
  let length = width === 0 ? first : 0;
  for (let i = 0; i < width; i++) length = length * 256 + (bytes[start + 2 + i] ?? 0);
  const [from, end] = [start + 2 + width, start + 2 + width + length];
  if (end > bytes.length) return undefined;
  const element = elementOf(tag, bytes.subarray(from, end), depth);
  unchanged.set(element, bytes.subarray(start, end));
  return { element, end };
}

/** Octet and bit strings that hold DER are opened too. */
function elementOf(tag: number, content: Uint8Array, depth: number): Element {
  const lead = tag === 3 && content[0] === 0 ? 1 : 0;
  const mayHold = (tag & 0x20) !== 0 || ((tag === 4 || lead === 1) && content.length > 3);
  const children = mayHold ? readAll(content.subarray(lead), depth + 1) : undefined;
  if (children === undefined) return { tag, content };
  return lead === 1 ? { tag, lead: content.subarray(0, 1), children } : { tag, children };
}

function write(element: Element): Uint8Array {
  const before = unchanged.get(element);
  if (before !== undefined) return before;
  const content = concat(element.lead ?? new Uint8Array(0), element.content ?? concat(...(element.children ?? []).map(write)));
  if (element.width === -1) return concat(Uint8Array.of(element.tag, 0x80), content, new Uint8Array(2));
  return concat(Uint8Array.of(element.tag), length(element.claimed ?? content.length, element.width), content);
}

function length(value: number, width: number | undefined): Uint8Array {
  if (width === undefined && value < 0x80) return Uint8Array.of(value);
  const taken = width ?? Math.max(1, Math.ceil(value.toString(16).length / 2));
  const bytes = new Uint8Array(1 + taken);
  bytes[0] = 0x80 | taken;
  for (let i = taken, rest = value; i > 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}
