// SPDX-License-Identifier: Apache-2.0
// A PDF of a wanted size, written by hand: one page that draws a picture of random dots.

export function pdfOfSize(bytes: number, random: (length: number) => Uint8Array): Uint8Array<ArrayBuffer> {
  const drawing = 'q 400 0 0 400 72 300 cm /I1 Do Q';
  const height = Math.ceil(bytes / WIDTH);
  const picture = Buffer.from(random(WIDTH * height)).toString('latin1');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    `<< /Type /XObject /Subtype /Image /Width ${WIDTH} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${picture.length} >>\nstream\n${picture}\nendstream`,
  ];
  const starts: number[] = [];
  let file = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
  for (const [at, object] of objects.entries()) {
    starts.push(file.length);
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(file + end, 'latin1'));
}

const WIDTH = 1024;
