// SPDX-License-Identifier: Apache-2.0
// What a signer's page checks in a file that somebody else prepared for signing, before it hashes and shows it: the file ends in one
// plain revision with one signature dictionary of the plain kind; its range leaves out its own /Contents, and that is still empty.
import { type IndirectObject, isKind, nameOf, type PdfDictionary, readNewestRevision, readText } from '../pdf/index.ts';
import type { ByteSource } from '../pdf/index.ts';
import { type CoveredBytes, proveByteRange } from './byte-range.ts';
import { PadesError } from './error.ts';
import { proveSignatureRange } from './find-signatures.ts';

export interface PreparedSignature {
  readonly covered: CoveredBytes;
  readonly claimedTime: string | null;
}

const REVISION_OBJECT_COUNT_MAX = 16;

/** Nothing that changes what the signature means, such as the terms of a certification (/Reference). */
const ALLOWED_KEYS: ReadonlySet<string> = new Set(
  ['Type', 'Filter', 'SubFilter', 'ByteRange', 'Contents', 'M', 'Name', 'Reason', 'Location'],
);

export function findPreparedSignature(source: ByteSource): PreparedSignature {
  const { signature, covered, contents } = findNewestSignature(source);
  if (contents.some((byte) => byte !== 0)) throw new PadesError('contents_not_empty', 'before signing');
  const time = signature.entries.get('M');
  return { covered, claimedTime: isKind(time, 'string') ? readText(time.bytes) : null };
}

/** The value of /Contents of a signed file, with what its signature covers. */
export function findEmbeddedContents(source: ByteSource): { readonly covered: CoveredBytes; readonly contents: Uint8Array } {
  const { covered, contents } = findNewestSignature(source);
  return { covered, contents };
}

function findNewestSignature(source: ByteSource): { signature: PdfDictionary; covered: CoveredBytes; contents: Uint8Array } {
  const { objects } = readNewestRevision(source, REVISION_OBJECT_COUNT_MAX);
  const signatures = objects.filter(isSignature);
  if (signatures.length > 1) throw new PadesError('signature_unexpected', 'more than one signature in a revision');
  const signature = signatures[0]?.object;
  if (!isKind(signature, 'dictionary')) throw new PadesError('signature_not_found', 'in the newest revision');
  requirePlain(signature);
  const { covered, contents } = proveSignatureRange(source, signature, (value) => (isKind(value, 'array') ? value.items : []));
  return { signature, covered: proveByteRange(source, covered.byteRange), contents };
}

function isSignature({ object }: IndirectObject): boolean {
  if (isKind(object, 'stream')) return nameOf(object.dictionary.entries.get('Type')) !== 'XRef';
  return isKind(object, 'dictionary') && (object.entries.has('ByteRange') || nameOf(object.entries.get('Type')) === 'Sig');
}

function requirePlain(signature: PdfDictionary): void {
  const name = (key: string): string | null => nameOf(signature.entries.get(key));
  const plain = name('Type') === 'Sig' && name('Filter') === 'Adobe.PPKLite' && name('SubFilter') === 'ETSI.CAdES.detached';
  if (!plain) throw new PadesError('signature_unexpected', 'not a PAdES signature');
  for (const key of signature.entries.keys()) if (!ALLOWED_KEYS.has(key)) throw new PadesError('signature_unexpected', `/${key}`);
}

