// SPDX-License-Identifier: Apache-2.0
// Names come from others. What a person could not see in them is made visible, so that two names that look alike on the screen are alike.

/** Control, format, surrogate, private-use and unassigned characters, separators other than the space, and letters without ink. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u2000-\u200f\u202f\u205f\u2800\u3164\uffa0]/gu;

/** NFC, with what cannot be seen as its code in brackets, and space at the ends and in rows shown too. */
export function visible(name: string): string {
  const shown = name.normalize('NFC').replace(INVISIBLE, (character) => (character === '\u3000' ? character : codeOf(character)));
  return shown.replace(/^ +| +$| {2,}/g, (spaces) => '␣'.repeat(spaces.length));
}

function codeOf(character: string): string {
  return `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
}
