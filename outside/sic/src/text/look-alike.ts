// SPDX-License-Identifier: Apache-2.0
// A name made to look like one that the signer trusts. Letters that look alike in common fonts are folded to one; the table is short on
// purpose, after the most used pairs of Unicode's confusables (UTS #39).

const FOLDED: Readonly<Record<string, string | undefined>> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', х: 'x', у: 'y', і: 'i', ј: 'j', ѕ: 's', ԁ: 'd', һ: 'h', к: 'k', м: 'm', н: 'h', т: 't', в: 'b', г: 'r', п: 'n',
  α: 'a', ο: 'o', ν: 'v', ρ: 'p', τ: 't', ι: 'i', κ: 'k', υ: 'u', ε: 'e', η: 'n', χ: 'x', μ: 'm', β: 'b', ζ: 'z',
  '0': 'o', '1': 'l', i: 'l', '|': 'l', ı: 'l', ー: '一', '―': '一', '-': '一',
};

function skeleton(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[\p{M}\p{C}\p{Z}\p{P}\p{S}]/gu, '');
  return Array.from(plain, (character) => FOLDED[character] ?? character).join('').replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** The known name that this one could be taken for, or null. `known` maps ids to names. */
export function looksLike(clientId: string, clientName: string, known: ReadonlyMap<string, string>): string | null {
  const mine = skeleton(clientName);
  for (const [id, name] of known) if (id !== clientId && skeleton(name) === mine) return name;
  return null;
}
