// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contentsWrite,
  coveredPieces,
  findEmbeddedContents,
  findPreparedSignature,
  findSignatures,
  proveByteRange,
  proveSameOutsideContents,
} from '../../pades/index.ts';
import { byteText, PdfError, readForm, sourceOf } from '../../pdf/index.ts';
import { joined, objects, open, withStreams, withTable } from '../pdf/sample-pdf.ts';
import { DETAILS, embed, prepare, refused, sign } from './signed-sample.ts';

const FILE = 'before <00aaFF> after';
const source = sourceOf(byteText(FILE));

test('a range around one hexadecimal string is proven', () => {
  const covered = proveByteRange(source, [0, 7, 15, 6]);
  assert.deepEqual([covered.contentsStart, covered.contentsEnd, covered.end], [7, 15, 21]);
});

const BAD_RANGES: Readonly<Record<string, readonly [Parameters<typeof refused>[0], readonly number[]]>> = {
  'three numbers': ['byte_range_malformed', [0, 7, 15]],
  'six numbers': ['byte_range_malformed', [0, 7, 15, 6, 0, 0]],
  'a negative number': ['byte_range_malformed', [0, -7, 15, 6]],
  'a number that is not whole': ['byte_range_malformed', [0, 7.5, 15, 6]],
  'no number': ['byte_range_malformed', [0, Number.NaN, 15, 6]],
  'a range beyond the end': ['byte_range_malformed', [0, 7, 15, 7]],
  'an empty first range': ['byte_range_malformed', [0, 0, 15, 6]],
  'an empty last range': ['byte_range_malformed', [0, 7, 21, 0]],
  'a start behind the first byte': ['byte_range_not_from_start', [1, 6, 15, 6]],
  'an end before the last byte': ['byte_range_not_to_end', [0, 7, 15, 5]],
  'ranges that overlap': ['byte_range_gap_not_contents', [0, 15, 7, 14]],
  'no gap': ['byte_range_gap_not_contents', [0, 7, 7, 14]],
  'a gap that begins too early': ['byte_range_gap_not_contents', [0, 6, 15, 6]],
  'a gap that begins too late': ['byte_range_gap_not_contents', [0, 8, 15, 6]],
  'a gap that ends too early': ['byte_range_gap_not_contents', [0, 7, 14, 7]],
  'a gap that ends too late': ['byte_range_gap_not_contents', [0, 7, 16, 5]],
};
for (const [what, [code, range]] of Object.entries(BAD_RANGES)) {
  test(`refused: ${what}`, () => refused(code, () => proveByteRange(source, range)));
}

test('refused: no gap behind a closing bracket, or a gap without one', () => {
  refused('byte_range_gap_not_contents', () => proveByteRange(sourceOf(byteText('a>b')), [0, 2, 2, 1]));
  refused('byte_range_gap_not_contents', () => proveByteRange(source, [0, 7, 13, 8]));
});

test('refused: a file that is shorter than its size says', () => {
  const shorter = { size: 30, read: (offset: number, length: number) => byteText(FILE).subarray(offset, offset + length) };
  const covered = proveByteRange(shorter, [0, 7, 15, 15]);
  refused('byte_range_malformed', () => [...coveredPieces(shorter, covered)]);
});

test('refused: a gap over two strings, or with half a byte', () => {
  refused('byte_range_gap_not_contents', () => proveByteRange(sourceOf(byteText('a<00>text<00>b')), [0, 1, 13, 1]));
  refused('byte_range_gap_not_contents', () => proveByteRange(sourceOf(byteText('a<000>b')), [0, 1, 6, 1]));
});

const prepared = prepare(withTable(objects()));
const text = String.fromCharCode(...prepared);
const changed = (from: string, to: string): (() => unknown) => {
  const other = text.replace(from, to);
  if (other === text || other.length !== text.length) throw new Error('the test changes nothing, or moves offsets');
  return () => findPreparedSignature(sourceOf(byteText(other)));
};

test('what was prepared is found, in both shapes', () => {
  for (const file of [prepared, prepare(withStreams(objects())), prepare(sign(withTable(objects())))]) {
    const { covered, claimedTime } = findPreparedSignature(sourceOf(file));
    assert.equal(covered.end, file.length);
    assert.equal(claimedTime, 'D:20261121090807Z');
  }
});

test('refused: a gap that is another string than the /Contents of the signature', () => {
  const room = '<' + '0'.repeat(2 * DETAILS.contentsLengthMax) + '>';
  const page = `<< /Type /Page /Parent 2 0 R /Note ${room} >>`;
  const file = prepare(withTable(objects({ 3: page })));
  const fileText = String.fromCharCode(...file);
  const place = fileText.indexOf(room);
  const range = `[0 ${place} ${place + room.length} ${file.length - place - room.length}]`;
  const lying = byteText(fileText.replace(/(\/ByteRange )\[[^\]]*\] */, (old, key: string) => (key + range).padEnd(old.length)));
  assert.equal(lying.length, file.length);
  refused('byte_range_gap_not_contents', () => findPreparedSignature(sourceOf(lying)));
  const document = open(lying);
  assert.equal(findSignatures(document, readForm(document))[0]!.coverage.state, 'not_covered');
});

test('refused: a range that leaves bytes at the end out', () => {
  const longer = joined(prepared, byteText('%%EOF\n'));
  refused('byte_range_not_to_end', () => findPreparedSignature(sourceOf(longer)));
});

test('refused: anything that changes what the signature means', () => {
  refused('signature_unexpected', changed('/ETSI.CAdES.detached', '/adbe.pkcs7.detached'));
  refused('signature_unexpected', changed('/Adobe.PPKLite', '/Adobe.PPKMine'));
  refused('signature_unexpected', changed('/Type /Sig', '/Type /Doc'));
  refused('signature_unexpected', changed(' /M <', ' /R <'));
  refused('signature_unexpected', changed('/ByteRange', '/Reference'));
});

test('refused: a range of other things than numbers', () => {
  refused('byte_range_malformed', changed('/ByteRange [0 ', '/ByteRange [/ '));
});

test('refused: room that is not empty before signing', () => {
  refused('contents_not_empty', changed('<0000', '<0100'));
  refused('contents_not_empty', () => findPreparedSignature(sourceOf(sign(withTable(objects())))));
});

test('refused: a second signature in the same revision, or hidden beside it', () => {
  const start = text.lastIndexOf('xref\n', text.lastIndexOf('startxref') - 1);
  const second = `90 0 obj\n<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>\nendobj\n`;
  const entry = `90 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer`;
  const section = text.slice(start).replace('trailer', entry).replace(/startxref\n\d+/, `startxref\n${start + second.length}`);
  const withSecond = text.slice(0, start) + second + section;
  refused('signature_unexpected', () => findPreparedSignature(sourceOf(byteText(withSecond))));
  const hidden = text.slice(0, start) + text.slice(start).replace('/Size', '/XRefStm 9 /Size');
  assert.throws(() => findPreparedSignature(sourceOf(byteText(hidden))), PdfError);
});

test('refused: a file without a signature in its newest revision', () => {
  refused('signature_not_found', () => findPreparedSignature(sourceOf(withTable(objects()))));
});

test('the CMS stands in its room, padded with zeros', () => {
  const cms = Uint8Array.from([0x30, 0x03, 0x02, 0x01, 0x05]);
  const signed = embed(prepared, cms);
  const { contents, covered } = findEmbeddedContents(sourceOf(signed));
  assert.equal(contents.length, DETAILS.contentsLengthMax);
  assert.deepEqual(contents.subarray(0, 5), cms);
  assert.ok(contents.subarray(5).every((byte) => byte === 0));
  proveSameOutsideContents(sourceOf(prepared), sourceOf(signed), covered);
});

test('refused: a CMS longer than its room; one that fills it is taken', () => {
  const { byteRange } = findPreparedSignature(sourceOf(prepared)).covered;
  assert.equal(contentsWrite(byteRange, new Uint8Array(DETAILS.contentsLengthMax)).bytes.length, 2 * DETAILS.contentsLengthMax);
  refused('contents_too_small', () => contentsWrite(byteRange, new Uint8Array(DETAILS.contentsLengthMax + 1)));
});

test('refused: a signed file that differs elsewhere', () => {
  const { covered } = findPreparedSignature(sourceOf(prepared));
  const signed = embed(prepared, new Uint8Array(10).fill(1));
  const differs = (file: Uint8Array): void =>
    refused('bytes_changed', () => proveSameOutsideContents(sourceOf(prepared), sourceOf(file), covered));
  for (const at of [20, covered.contentsStart - 1, covered.contentsEnd, signed.length - 1]) {
    const other = signed.slice();
    other[at]! ^= 1;
    differs(other);
  }
  differs(joined(signed, byteText('\n')));
  differs(signed.subarray(0, signed.length - 1));
  const outOfRoom = signed.slice();
  outOfRoom[covered.contentsStart + 30] = 0x3e;
  refused('byte_range_gap_not_contents', () => proveSameOutsideContents(sourceOf(prepared), sourceOf(outOfRoom), covered));
});
