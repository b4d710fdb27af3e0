// SPDX-License-Identifier: Apache-2.0
// Copies of a signed file that somebody changed. The file is a small one of ours: object 3 is its page, object 4 what is drawn on it.
import { toHex } from '@sigillo/standards/bytes';
import { signerOf } from '../played/cms.ts';

const OTHER_TEXT = 'BT /F1 24 Tf 72 720 Td (Something else) Tj ET';

export function tamperedCopies(signed: Uint8Array): Readonly<Record<string, Uint8Array>> {
  return {
    'page replaced': revised(signed, `4 0 obj\n<< /Length ${OTHER_TEXT.length} >>\nstream\n${OTHER_TEXT}\nendstream\nendobj\n`, 4),
    'annotation added': revised(signed, annotatedPage(signed), 3),
    'byte in the CMS': flipped(signed),
    'bytes appended': Buffer.concat([signed, Buffer.from('\n% and one more thing\n')]),
    'file cut': signed.subarray(0, signed.length - 60),
  };
}

/** An incremental update with one object in a new version, ISO 32000-2 section 7.5.6. */
function revised(signed: Uint8Array, object: string, number: number): Uint8Array {
  const text = Buffer.from(signed).toString('latin1');
  const before = text.slice(text.lastIndexOf('startxref')).match(/\d+/)?.[0];
  const size = [...text.matchAll(/\/Size (\d+)/g)].at(-1)?.[1];
  const start = signed.length + 1;
  const table = `xref\n${number} 1\n${String(start).padStart(10, '0')} 00000 n \n`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Prev ${before} >>\nstartxref\n${start + object.length}\n%%EOF\n`;
  return Buffer.concat([signed, Buffer.from(`\n${object}${table}${trailer}`, 'latin1')]);
}

/** The newest version of the page, with a note drawn over it. */
function annotatedPage(signed: Uint8Array): string {
  const page = [...Buffer.from(signed).toString('latin1').matchAll(/\n3 0 obj\s*(<<.*?)\s*endobj/gs)].at(-1)![1]!;
  const note = '<< /Type /Annot /Subtype /FreeText /Rect [70 700 400 760] /Contents (Paid in full) /DA (/Helv 24 Tf 0 g) /F 4 >>';
  const annots = /\/Annots\s*\[([^\]]*)\]/.exec(page);
  const changed = annots === null ? page.replace(/>>$/, `/Annots [${note}] >>`) : page.replace(annots[0], `/Annots [${annots[1]} ${note}]`);
  return `3 0 obj\n${changed}\nendobj\n`;
}

/** Another last digit of the signature value. */
function flipped(signed: Uint8Array): Uint8Array {
  const value = toHex(signerOf(signed).signature);
  const copy = Uint8Array.from(signed);
  const at = Buffer.from(signed).toString('latin1').toLowerCase().indexOf(value) + value.length - 1;
  copy[at] = copy[at] === 0x30 ? 0x31 : 0x30;
  return copy;
}
