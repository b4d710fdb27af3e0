// SPDX-License-Identifier: Apache-2.0
// SIGNED{ToBeSigned}: the three-part frame that certificates, certification requests and revocation lists share.
import { type Asn1Reader, bitString, raw, sequence, TAG } from '../asn1/index.ts';
import {
  type AlgorithmIdentifier,
  encodeSignatureAlgorithm,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
} from '../algorithms/index.ts';
import { X509Error } from './error.ts';

/** What someone must have signed, with which algorithm and key. It proves nothing until a verifier has passed it. */
export type SignatureClaim = {
  readonly algorithm: SignatureAlgorithm;
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** Throws where the signature is not the key's over the message. ECDSA signatures are in DER here. */
export type VerifySignature = (algorithm: SignatureAlgorithm, spki: Uint8Array, message: Uint8Array, signature: Uint8Array) => void;

/** The parts as they stand; `algorithm` names what the signer says it used. */
export type SignedParts = {
  readonly encoded: Uint8Array;
  readonly tbs: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
};

export function assembleSigned(tbs: Uint8Array, algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(raw(tbs), encodeSignatureAlgorithm(algorithm), bitString(signature));
}

export function readSigned(reader: Asn1Reader): { readonly parts: SignedParts; readonly fields: Asn1Reader } {
  const { encoded } = reader.peek(TAG.sequence);
  const frame = reader.sequence();
  const tbs = frame.peek(TAG.sequence).encoded;
  const fields = frame.sequence();
  const algorithm = readAlgorithmIdentifier(frame);
  const signature = frame.bitString();
  frame.end();
  return { parts: { encoded, tbs, algorithm, signature }, fields };
}

export function signatureClaim(parts: SignedParts, spki: Uint8Array): SignatureClaim {
  return { algorithm: signatureAlgorithmOf(parts.algorithm), spki, message: parts.tbs, signature: parts.signature };
}

export function verifyClaim(claim: SignatureClaim, verify: VerifySignature, subject: string): void {
  try {
    verify(claim.algorithm, claim.spki, claim.message, claim.signature);
  } catch (cause) {
    throw new X509Error('x509_signature', subject, cause);
  }
}
