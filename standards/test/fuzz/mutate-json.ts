// SPDX-License-Identifier: Apache-2.0
// JSON taken apart and written again with what two readers may think differently of: names twice, the same name in another spelling, numbers
// in many spellings, white space, escapes, depth, names that JavaScript gives a meaning to, halves of characters.
import { fromUtf8, utf8 } from '@sigillo/standards/bytes';
import { byteMutations, type Mutation } from './mutate-bytes.ts';
import { textMutations } from './mutate-text.ts';
import type { Random } from './random.ts';

/** A literal is kept as it is spelled. */
type Node = { readonly literal: string } | { readonly items: readonly Node[] } | { readonly members: readonly (readonly [name: string, value: Node])[] };

export const jsonTextMutation: Mutation<string> = (input, random, other) => {
  const node = parsed(input);
  if (node === undefined) return random.pick(textMutations)(input, random, other);
  return spelled(altered(node, random.below(countOf(node)), (one) => bent(one, random, parsed(other) ?? node)), random.once(8) ? random : undefined);
};

export const jsonMutation: Mutation<Uint8Array> = (input, random, other) => {
  const [text, second] = [textOf(input), textOf(other)];
  if (text === undefined || second === undefined) return random.pick(byteMutations)(input, random, other);
  return utf8(jsonTextMutation(text, random, second));
};

const LITERALS: readonly string[] = [
  'null', 'true', 'false', '0', '-0', '1.0', '1e0', '1E+2', '0.1', '1e400', '-1', '9007199254740993', '18446744073709551616', '01', '+1', '.5', '1.', 'NaN', 'Infinity', '0x10',
  '""', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"e\u0301"', '"\\u0065\\u0301"', '"\\/"', '"\\x41"', '"\t"', "'a'", '"\ufeff"', '"\u2028"', '[]', '{}', '', 'undefined',
];
const NAMES: readonly string[] = ['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"length"', '"then"', '"0"', '""', '"\\u0061"', '"\\u005f_proto__"', '"hasOwnProperty"'];

function bent(node: Node, random: Random, donor: Node): Node {
  const changes = [...ofAny, ...('members' in node ? ofMembers : 'items' in node ? ofItems : ofLiteral)] as readonly Change<Node>[];
  return random.pick(changes)(node, random, donor);
}

type Change<N> = (node: N, random: Random, donor: Node) => Node;

const ofAny: readonly Change<Node>[] = [
  (_node, random) => ({ literal: random.pick(LITERALS) }),
  (node, random) => ({ literal: '['.repeat(1 + random.below(random.once(16) ? 400 : 4)) + spelled(node) }),
  (node, random) => nested(node, 1 + random.below(random.once(16) ? 400 : 4)),
  (node) => ({ members: [['"a"', node]] }),
  (_node, random, donor) => {
    let found = donor;
    altered(donor, random.below(countOf(donor)), (one) => (found = one));
    return found;
  },
];

const ofMembers: readonly Change<{ readonly members: readonly (readonly [string, Node])[] }>[] = [
  ({ members }, random) => ({ members: [...members, members[random.below(members.length)] ?? ['"a"', { literal: '1' }]] }),
  ({ members }, random) => ({ members: [members[random.below(members.length)] ?? ['"a"', { literal: '1' }], ...members] }),
  ({ members }, random) => ({ members: members.toSpliced(random.below(members.length), 1) }),
  ({ members }) => ({ members: members.toReversed() }),
  ({ members }, random) => ({ members: [...members, [random.pick(NAMES), { literal: random.pick(LITERALS) }]] }),
  ({ members }, random) => ({ members: renamed(members, random.below(members.length), (name) => escaped(name, random)) }),
  ({ members }, random) => {
    const at = members[random.below(members.length)];
    return { members: at === undefined ? [] : [...members, [escaped(at[0], random), { literal: random.pick(LITERALS) }]] };
  },
  ({ members }, random) => ({ members: renamed(members, random.below(members.length), () => random.pick(NAMES)) }),
];

const ofItems: readonly Change<{ readonly items: readonly Node[] }>[] = [
  ({ items }, random) => ({ items: [...items, items[random.below(items.length)] ?? { literal: '1' }] }),
  ({ items }, random) => ({ items: items.toSpliced(random.below(items.length), 1) }),
  ({ items }) => ({ items: items.toReversed() }),
  ({ items }, random) => ({ items: Array.from({ length: random.pick([0, 1, 101, 300]) }, () => items[0] ?? { literal: '0' }) }),
  ({ items }) => ({ literal: `[${items.map((one) => spelled(one)).join(',')},]` }),
];

const ofLiteral: readonly Change<{ readonly literal: string }>[] = [
  ({ literal }, random) => ({ literal: literal.startsWith('"') ? escaped(literal, random) : `${literal}.0` }),
  ({ literal }, random) => ({ literal: random.pick(textMutations)(literal, random, literal) }),
  ({ literal }, random) => ({ literal: JSON.stringify(random.pick(textMutations)(literal.slice(1, -1), random, literal)) }),
  ({ literal }) => ({ literal: JSON.stringify(literal) }),
  ({ literal }) => ({ literal: literal.startsWith('"') ? literal.slice(1, -1) : `-${literal}` }),
];

function renamed(members: readonly (readonly [string, Node])[], at: number, rename: (name: string) => string): readonly (readonly [string, Node])[] {
  return members.map(([name, value], i) => [i === at ? rename(name) : name, value] as const);
}

/** One character of the string as its number. */
function escaped(literal: string, random: Random): string {
  const at = 1 + random.below(literal.length - 2);
  const unit = literal[at];
  if (literal.length < 3 || unit === '\\' || literal[at - 1] === '\\') return literal;
  const number = literal.charCodeAt(at).toString(16).padStart(4, '0');
  return `${literal.slice(0, at)}\\u${random.once(2) ? number : number.toUpperCase()}${literal.slice(at + 1)}`;
}

function nested(node: Node, times: number): Node {
  let whole = node;
  for (let i = 0; i < times; i++) whole = { items: [whole] };
  return whole;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): Node | undefined {
  try {
    return nodeOf(JSON.parse(text) as unknown, 0);
  } catch {
    return undefined;
  }
}

function nodeOf(value: unknown, depth: number): Node {
  if (typeof value !== 'object' || value === null || depth > 64) return { literal: JSON.stringify(value) };
  if (Array.isArray(value)) return { items: value.map((one) => nodeOf(one, depth + 1)) };
  return { members: Object.entries(value).map(([name, one]) => [JSON.stringify(name), nodeOf(one, depth + 1)] as const) };
}

const childrenOf = (node: Node): readonly Node[] => ('items' in node ? node.items : 'members' in node ? node.members.map(([, value]) => value) : []);

function countOf(node: Node): number {
  let count = 1;
  for (const one of childrenOf(node)) count += countOf(one);
  return count;
}

function altered(node: Node, index: number, change: (node: Node) => Node): Node {
  if (index === 0) return change(node);
  let before = 1;
  const next = (one: Node): Node => {
    const at = index - before;
    const count = countOf(one);
    before += count;
    return at >= 0 && at < count ? altered(one, at, change) : one;
  };
  if ('items' in node) return { items: node.items.map(next) };
  if ('members' in node) return { members: node.members.map(([name, value]) => [name, next(value)] as const) };
  return node;
}

/** With `random`, white space stands where it may. */
function spelled(node: Node, random?: Random): string {
  const space = (): string => (random === undefined ? '' : random.pick(['', '', ' ', '\n', '\t', '\r\n', '\u00a0', '\f']));
  if ('literal' in node) return node.literal;
  if ('items' in node) return `[${node.items.map((one) => `${space()}${spelled(one, random)}${space()}`).join(',')}]`;
  return `{${node.members.map(([name, value]) => `${space()}${name}${space()}:${space()}${spelled(value, random)}${space()}`).join(',')}}`;
}
