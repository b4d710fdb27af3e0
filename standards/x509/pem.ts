// SPDX-License-Identifier: Apache-2.0
// PEM as RFC 7468 writes it strictly: lines of 64 characters, nothing before, between or after but white space.
import { fromBase64, toBase64 } from '../bytes/index.ts';
import { X509Error } from './error.ts';

export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'X509 CRL' | 'PUBLIC KEY' | 'CMS';

export function toPem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Every block of one label, in order; a text with anything else in it is refused, and so is one without a block. */
export function fromPem(label: PemLabel, text: string): Uint8Array<ArrayBuffer>[] {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  const block = new RegExp(`\\s*-----BEGIN ${label}-----\\r?\\n([A-Za-z0-9+/=\\r\\n]+?)-----END ${label}-----\\s*`, 'y');
  while (block.lastIndex < text.length) {
    const found = block.exec(text);
    if (found === null) throw new X509Error('x509_pem', label);
    blocks.push(decode(found[1]!, label));
  }
  if (blocks.length === 0) throw new X509Error('x509_pem', label);
  return blocks;
}

function decode(body: string, label: PemLabel): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(body.replaceAll(/[\r\n]/g, ''));
  } catch (cause) {
    throw new X509Error('x509_pem', label, cause);
  }
}
