// SPDX-License-Identifier: Apache-2.0
// A small PDF of plain lines, and its preparation and signing as an SCA does it.
import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { CONTENT_TYPE, encodeSignedAttributes, encodeSignedData } from '@sigillo/standards/cms';
import { concat, utf8 } from '@sigillo/standards/bytes';
import { type ByteRange, contentsWrite, coveredPieces, prepareSignature, proveByteRange } from '@sigillo/standards/pades';
import { openDocument, sourceOf } from '@sigillo/standards/pdf';
import { parseCertificate } from '@sigillo/standards/x509';
import { hash, type PlayedKey, signDer } from './key.ts';

/** One page for each list of lines, in Helvetica, which is not embedded. */
export function plainPdf(pages: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((lines, at) => {
      const text = `BT /F1 14 Tf 60 760 Td 20 TL ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * at} 0 R >>`,
        streamOf(text),
      ];
    }),
  ];
  return assemble(objects);
}

function assemble(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return utf8(file);
}

/** One line in a Japanese font that is neither in the file nor among the standard ones. */
export function unembeddedJapanesePdf(): Uint8Array<ArrayBuffer> {
  const font = '<< /Type /Font /Subtype /Type0 /BaseFont /KozMinPr6N-Regular /Encoding /UniJIS-UTF16-H /DescendantFonts [8 0 R] >>';
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    font,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>',
    streamOf('BT /F1 24 Tf 60 760 Td <59517D04> Tj ET'),
    '<< /Names [] >>',
    '<< /Type /FontDescriptor /FontName /KozMinPr6N-Regular /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /KozMinPr6N-Regular /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> /FontDescriptor 7 0 R /DW 1000 >>',
  ]);
}

function streamOf(text: string): string {
  return `<< /Length ${text.length} >>\nstream\n${text}\nendstream`;
}

export interface PlayedPrepared {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly attributes: Uint8Array<ArrayBuffer>;
  readonly byteRange: ByteRange;
  readonly dtbsr: Uint8Array<ArrayBuffer>;
}

export function prepare(pdf: Uint8Array, certificate: Uint8Array): PlayedPrepared {
  const document = openDocument(
    sourceOf(pdf),
    (compressed, lengthMax) => new Uint8Array(inflateSync(compressed, { maxOutputLength: lengthMax })),
  );
  const revision = prepareSignature(
    document,
    { signingTimeMs: Date.UTC(2026, 10, 21, 14, 5), contentsLengthMax: 8192, changeId: new Uint8Array(randomBytes(16)) },
  );
  const content = concat(pdf, revision.appended);
  const attributes = attributesOf(content, revision.byteRange, certificate);
  return { content, attributes, byteRange: revision.byteRange, dtbsr: hash(attributes) };
}

export function attributesOf(content: Uint8Array, byteRange: ByteRange, certificate: Uint8Array): Uint8Array<ArrayBuffer> {
  const source = sourceOf(content);
  const { issuer, serialNumber } = parseCertificate(certificate);
  return encodeSignedAttributes({
    contentType: CONTENT_TYPE.data,
    messageDigest: hash(concat(...coveredPieces(source, proveByteRange(source, byteRange)))),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: hash(certificate), issuerSerial: { issuer: issuer.encoded, serialNumber } },
  });
}

export function embed(prepared: PlayedPrepared, certificate: Uint8Array, key: PlayedKey): Uint8Array<ArrayBuffer> {
  const cms = encodeSignedData({
    contentType: CONTENT_TYPE.data,
    content: null,
    certificates: [certificate],
    signer: {
      certificate: parseCertificate(certificate),
      digestAlgorithm: 'sha256',
      signedAttributes: prepared.attributes,
      signatureAlgorithm: { scheme: 'ecdsa', hash: 'sha256' },
      signature: signDer(key, prepared.attributes),
    },
  });
  const { offset, bytes } = contentsWrite(prepared.byteRange, cms);
  const file = prepared.content.slice();
  file.set(bytes, offset);
  return file;
}
