// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof through what verifies here: the driver's check of a digest, and the check of a whole message that tokens and other rooms use.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromHex } from '@sigillo/standards/bytes';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import { SignatureWrong, verifySignature } from '@sigillo/wire';
import { CryptoModuleError, type DigestAlgorithm } from '../src/index.ts';
import { softwareDriver } from '../src/software/driver.ts';
import { verifyMessage } from '../src/software/key-pair.ts';

interface Vectors {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' | 'acceptable' }[];
  }[];
}

const FILES: readonly (readonly [string, number, SignatureAlgorithm])[] = [
  ['ecdsa_secp256r1_sha256', 484, { scheme: 'ecdsa', hash: 'sha256' }],
  ['ecdsa_secp384r1_sha384', 504, { scheme: 'ecdsa', hash: 'sha384' }],
  ['rsa_signature_3072_sha256', 259, { scheme: 'rsa-pkcs1', hash: 'sha256' }],
  ['rsa_pss_3072_sha256_mgf1_32', 108, { scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }],
  ['ed25519', 151, { scheme: 'ed25519' }],
];
const driver = softwareDriver(new Uint8Array(32));

for (const [name, count, algorithm] of FILES) {
  test(`Wycheproof ${name}: ${count} signatures`, async () => {
    const { numberOfTests, testGroups } = JSON.parse(readFileSync(new URL(`../../../vectors/wycheproof/${name}_test.json`, import.meta.url), 'utf8')) as Vectors;
    assert.equal(numberOfTests, count);
    let seen = 0;
    for (const { publicKeyDer, tests } of testGroups) {
      const publicKey = fromHex(publicKeyDer);
      for (const { tcId, comment, msg, sig, result } of tests) {
        const [message, signature] = [fromHex(msg), fromHex(sig)];
        // "Acceptable" is a signature in a form that only old software reads: DigestInfo without its NULL. Nobody here takes it.
        const outcomes = [
          'hash' in algorithm ? await proven(() => driver.verifyDigest(publicKey, algorithm satisfies DigestAlgorithm, hash(algorithm.hash, message, 'buffer'), signature)) : undefined,
          await proven(() => verifyMessage(publicKey, algorithm, message, signature)),
          await proven(() => verifySignature(algorithm, publicKey, message, signature)),
        ];
        for (const outcome of outcomes) if (outcome !== undefined) assert.equal(outcome, result === 'valid', `test ${tcId}: ${comment}`);
        seen += 1;
      }
    }
    assert.equal(seen, count);
  });
}

async function proven(verify: () => void | Promise<void>): Promise<boolean> {
  try {
    await verify();
    return true;
  } catch (error) {
    assert.ok(error instanceof SignatureWrong || (error instanceof CryptoModuleError && error.code === 'signature_wrong'), String(error));
    return false;
  }
}
