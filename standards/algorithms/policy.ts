// SPDX-License-Identifier: Apache-2.0
// Which algorithms may still be used, for what, and until when. A policy is a dated table of a jurisdiction; it is asked when a
// key is made, when it is certified and at every signature. It returns what it allowed, with the status and the last moment, or throws.
import { AlgorithmError } from './error.ts';
import { type Curve, CURVES, type HashAlgorithm, HASHES, type KeyKind, type SignatureAlgorithm } from './table.ts';

export type Act = 'generate' | 'certify' | 'sign';
export type Status = 'recommended' | 'legacy';

export type Allowed = {
  readonly policy: PolicyName;
  readonly status: Status;
  /** The last moment at which this act is allowed; null while no end is set. */
  readonly actUntilMs: number | null;
  /** A certificate for the key must end by then; null while no end is set. */
  readonly certificateUntilMs: number | null;
  readonly source: string;
};

export type PolicyName = 'eu-2026';

/** Whether the policy has this hash at this moment. */
export function allowHash(policy: PolicyName, hash: HashAlgorithm, atMs: number): Allowed {
  const row = POLICIES[policy].hashes[hash];
  if (row === undefined || !Number.isFinite(atMs)) throw new AlgorithmError('algorithm_not_allowed', hash);
  return { policy, status: row.status, actUntilMs: null, certificateUntilMs: null, source: row.source };
}

/** Whether the policy has this kind of key for this act at this moment. */
export function allowKey(policy: PolicyName, act: Act, key: KeyKind, atMs: number): Allowed {
  const name = keyName(key);
  const row = POLICIES[policy].keys(key);
  if (row === undefined) throw new AlgorithmError('algorithm_not_allowed', name);
  const actUntilMs = act === 'sign' ? row.certificateUntilMs : row.newUntilMs;
  if (!Number.isFinite(atMs) || (actUntilMs !== null && atMs > actUntilMs)) throw new AlgorithmError('algorithm_not_allowed', name);
  return { policy, status: row.status, actUntilMs, certificateUntilMs: row.certificateUntilMs, source: row.source };
}

/** Whether the policy has this algorithm with this key for this act at this moment. */
export function allowSignature(policy: PolicyName, act: Act, algorithm: SignatureAlgorithm, key: KeyKind, atMs: number): Allowed {
  const allowedKey = allowKey(policy, act, key, atMs);
  const row = POLICIES[policy].signatures(algorithm, key);
  if (row === undefined) throw new AlgorithmError('algorithm_not_allowed', `${signatureName(algorithm)} with ${keyName(key)}`);
  return row.status === 'legacy' ? { ...allowedKey, status: 'legacy', source: row.source } : allowedKey;
}

type KeyRow = {
  readonly status: Status;
  /** Last moment for a new key and for a new certificate. */
  readonly newUntilMs: number | null;
  readonly certificateUntilMs: number | null;
  readonly source: string;
};

type SignatureRow = { readonly status: Status; readonly source: string };

type Policy = {
  readonly hashes: Readonly<Partial<Record<HashAlgorithm, SignatureRow>>>;
  readonly keys: (key: KeyKind) => KeyRow | undefined;
  readonly signatures: (algorithm: SignatureAlgorithm, key: KeyKind) => SignatureRow | undefined;
};

const TS_119_312 = 'ETSI TS 119 312 V2.1.1';
const RECOMMENDED: SignatureRow = { status: 'recommended', source: TS_119_312 };

/** ETSI TS 119 312 V2.1.1 (2026-06). */
const EU_2026: Policy = {
  hashes: {
    sha256: RECOMMENDED,
    sha384: RECOMMENDED,
    sha512: RECOMMENDED,
    'sha3-256': RECOMMENDED,
    'sha3-384': RECOMMENDED,
    'sha3-512': RECOMMENDED,
  },
  keys: (key) => {
    if (key.kind !== 'rsa') return { status: 'recommended', newUntilMs: null, certificateUntilMs: null, source: TS_119_312 };
    if (key.modulusBits >= 3000) return { status: 'recommended', newUntilMs: null, certificateUntilMs: null, source: TS_119_312 };
    if (key.modulusBits < 1900) return undefined;
    return {
      status: 'legacy',
      newUntilMs: endOfYear(2026),
      certificateUntilMs: endOfYear(2028),
      source: `${TS_119_312}, RSA of 1900 to 2999 bits`,
    };
  },
  signatures: (algorithm, key) => {
    switch (algorithm.scheme) {
      case 'ecdsa':
        return key.kind === 'ec' && hashMatches(key.curve, HASHES[algorithm.hash].lengthBytes) ? RECOMMENDED : undefined;
      case 'rsa-pss':
        return key.kind === 'rsa' && algorithm.saltBytes === HASHES[algorithm.hash].lengthBytes ? RECOMMENDED : undefined;
      case 'rsa-pkcs1':
        return key.kind === 'rsa' ? { status: 'legacy', source: `${TS_119_312}, RSASSA-PKCS1-v1_5` } : undefined;
      case 'ed25519':
      case 'ml-dsa-65':
        return key.kind === algorithm.scheme ? RECOMMENDED : undefined;
    }
  },
};

const POLICIES: Readonly<Record<PolicyName, Policy>> = { 'eu-2026': EU_2026 };

function hashMatches(curve: Curve, hashBytes: number): boolean {
  return CURVES[curve].matchingHashBytes === hashBytes;
}

function endOfYear(year: number): number {
  return Date.UTC(year + 1, 0, 1) - 1;
}

function keyName(key: KeyKind): string {
  switch (key.kind) {
    case 'ec':
      return key.curve;
    case 'rsa':
      return `rsa-${key.modulusBits}`;
    case 'ed25519':
    case 'ml-dsa-65':
      return key.kind;
  }
}

function signatureName(algorithm: SignatureAlgorithm): string {
  return 'hash' in algorithm ? `${algorithm.scheme}-${algorithm.hash}` : algorithm.scheme;
}
