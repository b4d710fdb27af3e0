// SPDX-License-Identifier: Apache-2.0
// What stands between the module and whatever holds keys. It has the shape of a PKCS #11 token with wrapped keys: a key is generated and leaves wrapped, comes back
// wrapped, is unwrapped into a handle, used, and destroyed. A driver may answer at once or later; what answers at once costs no promise.
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';

export type Soon<T> = T | Promise<T>;

/** What follows on a value, at once where the value is there. */
export function after<T, U>(value: Soon<T>, then: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** Does the work and then `end`, whatever became of the work. */
export function finallyDo<T>(work: () => Soon<T>, end: () => void): Soon<T> {
  let value: Soon<T>;
  try {
    value = work();
  } catch (cause) {
    end();
    throw cause;
  }
  if (value instanceof Promise) return value.finally(end);
  end();
  return value;
}

/** A key that is unwrapped now. Its meaning is the driver's own. */
export interface KeyHandle {
  /** SubjectPublicKeyInfo and kind of the key that was really unwrapped. */
  readonly publicKey: Uint8Array;
  readonly algorithm: KeyAlgorithm;
}

export interface Driver {
  readonly name: string;
  readonly algorithms: readonly KeyAlgorithm[];
  /** A new key, wrapped for this key id. */
  generate(keyId: Uint8Array, algorithm: KeyAlgorithm): Soon<{ readonly wrapped: Uint8Array; readonly publicKey: Uint8Array }>;
  /** Unwraps a key until it is destroyed. Throws key_wrapped_wrong where the blob is not this module's, or not for this key id. */
  unwrap(keyId: Uint8Array, wrapped: Uint8Array): Soon<KeyHandle>;
  /** Ends a handle: the private key is gone from here. */
  destroy(key: KeyHandle): void;
  /** Signs a ready digest; ECDSA comes as DER. */
  signDigest(key: KeyHandle, algorithm: DigestAlgorithm, digest: Uint8Array): Soon<Uint8Array>;
  /** Signs a message, for algorithms that have no digest of their own to sign and for requests that the module builds. */
  signMessage(key: KeyHandle, algorithm: SignatureAlgorithm, message: Uint8Array): Soon<Uint8Array>;
  /** Checks a signature over a digest with a public key, by another way than the one that made it. Throws signature_wrong. */
  verifyDigest(publicKey: Uint8Array, algorithm: DigestAlgorithm, digest: Uint8Array, signature: Uint8Array): Soon<void>;
}

/** The algorithms that sign a digest which somebody else made. */
export type DigestAlgorithm = Extract<SignatureAlgorithm, { readonly hash: unknown }>;
