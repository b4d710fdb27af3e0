// SPDX-License-Identifier: Apache-2.0
// The public key of a passkey, as the authenticator wrote it into its data (WebAuthn Level 3 section 6.5.1).
import { CheckError } from './error.ts';

const FLAGS_OFFSET = 32;
const ATTESTED = 0x40;
const EXTENSIONS = 0x80;

/** The COSE_Key in the authenticator data of a creation: the bytes whose hash stands in field 4 of the confirmation. */
export function coseKeyOf(authenticatorData: Uint8Array): Uint8Array {
  const flags = authenticatorData[FLAGS_OFFSET] ?? 0;
  if ((flags & ATTESTED) === 0) throw new CheckError('statement_credential');
  const idLength = ((authenticatorData[53] ?? 0) << 8) | (authenticatorData[54] ?? 0);
  const start = 55 + idLength;
  const end = itemEnd(authenticatorData, start, 0);
  const rest = authenticatorData.length - end;
  if ((flags & EXTENSIONS) === 0 && rest !== 0) throw new CheckError('statement_credential');
  return authenticatorData.subarray(start, end);
}

/** Where one CBOR item ends (RFC 8949 section 3). Definite lengths only; nothing is read but lengths. */
function itemEnd(bytes: Uint8Array, start: number, depth: number): number {
  const first = bytes[start];
  if (first === undefined || depth > 4) throw new CheckError('statement_credential');
  const { argument, next } = head(bytes, start, first & 31);
  switch (first >> 5) {
    case 0:
    case 1:
    case 7:
      return next;
    case 2:
    case 3:
      return within(bytes, next + argument);
    case 4:
      return items(bytes, next, argument, depth);
    case 5:
      return items(bytes, next, 2 * argument, depth);
    default:
      throw new CheckError('statement_credential');
  }
}

function items(bytes: Uint8Array, start: number, count: number, depth: number): number {
  if (count > 64) throw new CheckError('statement_credential');
  let at = start;
  for (let i = 0; i < count; i++) at = itemEnd(bytes, at, depth + 1);
  return at;
}

function head(bytes: Uint8Array, start: number, info: number): { readonly argument: number; readonly next: number } {
  if (info < 24) return { argument: info, next: start + 1 };
  if (info > 26) throw new CheckError('statement_credential');
  const width = 1 << (info - 24);
  let argument = 0;
  for (const byte of bytes.subarray(start + 1, within(bytes, start + 1 + width))) argument = argument * 256 + byte;
  return { argument, next: start + 1 + width };
}

function within(bytes: Uint8Array, end: number): number {
  if (end > bytes.length) throw new CheckError('statement_credential');
  return end;
}
