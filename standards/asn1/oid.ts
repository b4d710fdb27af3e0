// SPDX-License-Identifier: Apache-2.0
// Object identifiers, dotted and as content octets (X.690 section 8.19).
import { Asn1Error } from './error.ts';

const CONTENT_LENGTH_MAX = 64;

export function oidContent(dotted: string): Uint8Array<ArrayBuffer> {
  if (dotted.length > 160 || !/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(dotted)) throw new Asn1Error('asn1_bad_text', 0);
  const [first, second, ...rest] = dotted.split('.').map(BigInt);
  if (first! < 2n && second! > 39n) throw new Asn1Error('asn1_bad_text', 0);
  const octets: number[] = [];
  for (const arc of [first! * 40n + second!, ...rest]) octets.push(...base128(arc));
  if (octets.length > CONTENT_LENGTH_MAX) throw new Asn1Error('asn1_too_large', 0);
  return Uint8Array.from(octets);
}

/** The dotted form, or null where the content is empty, too long, cut off or padded. */
export function oidText(content: Uint8Array): string | null {
  if (content.length === 0 || content.length > CONTENT_LENGTH_MAX || content.at(-1)! >= 0x80) return null;
  const arcs: bigint[] = [];
  let arc = 0n;
  let atStart = true;
  for (const octet of content) {
    if (atStart && octet === 0x80) return null;
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    atStart = octet < 0x80;
    if (!atStart) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [joined, ...rest] = arcs;
  const first = joined! >= 80n ? 2n : joined! / 40n;
  return [first, joined! - first * 40n, ...rest].join('.');
}

function base128(value: bigint): number[] {
  const octets = [Number(value & 0x7fn)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}
