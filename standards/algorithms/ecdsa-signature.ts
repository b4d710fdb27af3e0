// SPDX-License-Identifier: Apache-2.0
// An ECDSA signature is two numbers. X.509 and CMS write them as DER (RFC 3279 section 2.2.3); WebCrypto, JOSE and PKCS #11
// write them one after the other in the width of the curve's order.
import { integer, readDer, sequence } from '../asn1/index.ts';
import { AlgorithmError } from './error.ts';
import { type Curve, CURVES } from './table.ts';

export function ecdsaSignatureToDer(fixed: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const width = CURVES[curve].fieldBytes;
  if (fixed.length !== 2 * width) throw new AlgorithmError('signature_malformed', curve);
  return sequence(integer(fixed.subarray(0, width)), integer(fixed.subarray(width)));
}

export function ecdsaSignatureFromDer(der: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const width = CURVES[curve].fieldBytes;
  const numbers = readDer(der, { sizeBytesMax: 160, depthMax: 2, elementsMax: 3 }).sequence();
  const fixed = new Uint8Array(2 * width);
  for (const end of [width, 2 * width]) {
    const value = numbers.integerBytes();
    if (value.length > width) throw new AlgorithmError('signature_malformed', curve);
    fixed.set(value, end - value.length);
  }
  numbers.end();
  return fixed;
}
