// SPDX-License-Identifier: Apache-2.0
// Signature verification by the browser's own cryptography. Like every verifier of the house it returns nothing or throws.
import { ecdsaSignatureFromDer, type SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { parsePublicKey, type SignatureClaim } from '@sigillo/standards/x509';
import { asBufferSource, webHash, webHashName } from './digest.ts';

export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** ECDSA P-256 with SHA-256, the signature as r ‖ s: how the SAM signs its statements. */
export async function verifyStatementSignature(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<void> {
  await verifyWith(spki, { name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }, message, signature);
}

/** A signature as certificates and CMS carry it: ECDSA in DER. */
export async function verifyClaim(claim: SignatureClaim): Promise<void> {
  const { algorithm, spki, message, signature } = claim;
  switch (algorithm.scheme) {
    case 'ecdsa': {
      const key = parsePublicKey(spki);
      if (key.kind !== 'ec') throw new SignatureError('the key is not for ECDSA');
      const fixed = ecdsaSignatureFromDer(signature, key.curve);
      return verifyWith(spki, { name: 'ECDSA', namedCurve: key.curve }, { name: 'ECDSA', hash: hashName(algorithm.hash) }, message, fixed);
    }
    case 'rsa-pkcs1':
      return verifyWith(
        spki,
        { name: 'RSASSA-PKCS1-v1_5', hash: hashName(algorithm.hash) },
        { name: 'RSASSA-PKCS1-v1_5' },
        message,
        signature,
      );
    case 'rsa-pss':
      return verifyWith(
        spki,
        { name: 'RSA-PSS', hash: hashName(algorithm.hash) },
        { name: 'RSA-PSS', saltLength: algorithm.saltBytes },
        message,
        signature,
      );
    case 'ed25519':
      return verifyWith(spki, { name: 'Ed25519' }, { name: 'Ed25519' }, message, signature);
    case 'ml-dsa-65':
      throw new SignatureError('browsers do not verify ML-DSA yet');
  }
}

type ImportAlgorithm = EcKeyImportParams | RsaHashedImportParams | Algorithm;
type VerifyAlgorithm = EcdsaParams | RsaPssParams | Algorithm;

async function verifyWith(
  spki: Uint8Array,
  imported: ImportAlgorithm,
  used: VerifyAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  const key = await crypto.subtle.importKey('spki', asBufferSource(spki), imported, false, ['verify']);
  const fits = await crypto.subtle.verify(used, key, asBufferSource(signature), asBufferSource(message));
  if (!fits) throw new SignatureError('the signature does not fit');
}

function hashName(hash: Extract<SignatureAlgorithm, { hash: unknown }>['hash']): string {
  const known = webHash(hash);
  if (known === null) throw new SignatureError('browsers do not have this hash');
  return webHashName(known);
}
