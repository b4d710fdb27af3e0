// SPDX-License-Identifier: Apache-2.0
// A crypto module in several processes: each key belongs to one of them, and all must be of one token.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { createCryptoModule, openCryptoModule } from '@sigillo/crypto-module';
import { monotonicMs, verifySignature } from '@sigillo/wire';
import { CryptoModule, type CryptoModulePort } from '../src/crypto-module.ts';
import { portOf } from '../src/internal-module.ts';
import { sha256 } from './played/world.ts';

const TICKET_KEY = randomBytes(32);

/** A token, and processes over it that write down who was asked what. */
function openToken(t: TestContext): (name: string, asked: string[]) => CryptoModulePort {
  const folder = mkdtempSync(join(tmpdir(), 'sg-module-'));
  const sealKey = join(folder, 'seal.key');
  writeFileSync(sealKey, randomBytes(32), { mode: 0o600 });
  const store = join(folder, 'store');
  createCryptoModule({ store, sealKey });
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (name, asked) => {
    const port = portOf(openCryptoModule({ store, sealKey, ticketKey: TICKET_KEY }));
    return {
      call: (message, request, context) => {
        asked.push(`${name} ${message}`);
        return port.call(message, request, context);
      },
      close: () => port.close(),
    };
  };
}

const item = (keyId: Uint8Array, publicKey: Uint8Array, digest: Uint8Array): Parameters<CryptoModule['sign']>[1][number] => ({
  operation: randomBytes(32),
  index: 0,
  keyId,
  publicKey,
  signatureAlgorithm: '1.2.840.10045.4.3.2',
  signatureParameters: null,
  hashAlgorithm: '2.16.840.1.101.3.4.2.1',
  digest,
});

suite('a crypto module in two processes', () => {
  test('signs with each key in one of them, whichever start they are of', async (t) => {
    const open = openToken(t);
    const asked: string[] = [];
    let second = open('b', asked);
    const restarted: CryptoModulePort = { call: (message, request, context) => second.call(message, request, context), close: () => second.close() };
    const module = new CryptoModule([open('a', asked), restarted], TICKET_KEY, monotonicMs);
    t.after(() => module.close());
    await module.info();
    await module.enterEpoch(1);
    for (const [last, owner] of [[0, 'a'], [1, 'b'], [6, 'a'], [255, 'b']] as const) {
      const keyId = Uint8Array.from([...randomBytes(15), last]);
      const { wrapped, publicKey } = await module.generate(keyId, 'P-256');
      if (owner === 'b') {
        second.close();
        second = open('b', asked);
      }
      asked.length = 0;
      const message = randomBytes(20);
      const outcome = await module.sign(wrapped, [item(keyId, publicKey, sha256(message))], 0);
      assert.equal(outcome.kind, 'signed');
      verifySignature({ scheme: 'ecdsa', hash: 'sha256' }, publicKey, message, outcome.kind === 'signed' ? outcome.signatures[0]! : new Uint8Array(0));
      assert.deepEqual(new Set(asked.filter((line) => line.endsWith(' sign'))), new Set([`${owner} sign`]));
    }
    assert.equal((await module.info()).signatures, 3, 'of the present starts of both');
  });

  test('that are of two tokens is refused', async (t) => {
    const [one, other] = [openToken(t), openToken(t)];
    const module = new CryptoModule([one('a', []), other('b', [])], TICKET_KEY, monotonicMs);
    t.after(() => module.close());
    await assert.rejects(module.info(), { code: 'crypto_module_unavailable' });
  });
});
