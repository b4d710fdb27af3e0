// SPDX-License-Identifier: Apache-2.0
// The nonce extension (RFC 9654, which replaced RFC 8954): 1 to 128 octets are read, 32 are what a new client sends.
import { octetString, readDer } from '../asn1/index.ts';
import type { Extension } from '../x509/index.ts';
import { OcspError } from './error.ts';

const NONCE_OID = '1.3.6.1.5.5.7.48.1.2';
const NONCE_BYTES_MAX = 128;

export function nonceExtension(nonce: Uint8Array): Extension {
  requireLength(nonce);
  return { oid: NONCE_OID, critical: false, value: octetString(nonce) };
}

/** The nonce among these extensions, or null. Critical extensions of other kinds are refused. */
export function readNonce(extensions: readonly Extension[]): Uint8Array | null {
  if (extensions.some(({ oid, critical }) => critical && oid !== NONCE_OID)) throw new OcspError('ocsp_critical_extension');
  const found = extensions.find(({ oid }) => oid === NONCE_OID);
  if (found === undefined) return null;
  const nonce = readDer(found.value).octetString();
  requireLength(nonce);
  return nonce;
}

function requireLength(nonce: Uint8Array): void {
  if (nonce.length === 0 || nonce.length > NONCE_BYTES_MAX) throw new OcspError('ocsp_nonce_length');
}
