// SPDX-License-Identifier: Apache-2.0
// A crypto module in several processes: each key belongs to one of them, and all must be of one token.
import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { createCryptoModule, openCryptoModule } from '@sigillo/crypto-module';
import { LinkError, monotonicMs, verifySignature } from '@sigillo/wire';
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

  suite('of which one is away', () => {
    const message = randomBytes(20);
    const digest = sha256(message);
    /** Two processes; `b` fails as it is told to. */
    function openPair(t: TestContext): { readonly module: CryptoModule; readonly asked: string[]; fails: LinkError | undefined; failsAtAll: boolean } {
      const open = openToken(t);
      const pair = { asked: [] as string[], fails: undefined as LinkError | undefined, failsAtAll: false };
      const failing = (name: string, port: CryptoModulePort): CryptoModulePort => ({
        call: (message, request, context) => {
          if (pair.fails === undefined || (name === 'a' && !pair.failsAtAll)) return port.call(message, request, context);
          pair.asked.push(`${name} ${message} ${context.patienceMs === 0 ? 'at once' : 'with patience'}`);
          return Promise.reject(pair.fails);
        },
        close: () => port.close(),
      });
      const module = new CryptoModule([failing('a', open('a', pair.asked)), failing('b', open('b', pair.asked))], TICKET_KEY, monotonicMs);
      t.after(() => module.close());
      return Object.assign(pair, { module });
    }

    for (const fails of [new LinkError('not_sent', 'link_down'), new LinkError('unknown', 'link_lost')])
      test(`what any of them can answer the other one answers: ${fails.message}`, async (t) => {
        const pair = openPair(t);
        const { identityPublicKey } = await pair.module.info();
        const key = createPublicKey({ key: Buffer.from(identityPublicKey), format: 'der', type: 'spki' });
        pair.fails = fails;
        for (let i = 0; i < 4; i++)
          assert.ok(verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, await pair.module.identitySign(digest)));
        const secret = randomBytes(32);
        for (let i = 0; i < 2; i++) assert.deepEqual(Buffer.from(await pair.module.unseal(await pair.module.seal(secret))), secret);
        assert.ok(pair.asked.includes('b identitySign at once') && !pair.asked.some((line) => line.endsWith('with patience')));
      });

    test('what ran out of its time is not asked for again', async (t) => {
      const pair = openPair(t);
      pair.fails = new LinkError('unknown', 'deadline');
      const settled = [await Promise.allSettled([pair.module.identitySign(digest)]), await Promise.allSettled([pair.module.identitySign(digest)])].flat();
      assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal(pair.asked.length, 2);
    });

    test('a refusal is final', async (t) => {
      const pair = openPair(t);
      pair.fails = new LinkError('refused', 'internal');
      await Promise.allSettled([pair.module.identitySign(digest), pair.module.identitySign(digest)]);
      assert.equal(pair.asked.length, 2);
    });

    test('signing with a key is its own process\'s alone', async (t) => {
      const pair = openPair(t);
      await pair.module.info();
      await pair.module.enterEpoch(1);
      const keyId = Uint8Array.from([...randomBytes(15), 1]);
      const { wrapped, publicKey } = await pair.module.generate(keyId, 'P-256');
      pair.fails = new LinkError('not_sent', 'link_down');
      pair.asked.length = 0;
      assert.deepEqual(await pair.module.sign(wrapped, [item(keyId, publicKey, digest)], 0), { kind: 'not_reached' });
      assert.deepEqual(pair.asked, ['b sign with patience']);
    });

    test('where none is there, one is waited for as long as a restart takes', async (t) => {
      const pair = openPair(t);
      pair.fails = new LinkError('not_sent', 'link_down');
      pair.failsAtAll = true;
      await assert.rejects(pair.module.identitySign(digest), { code: 'crypto_module_unavailable' });
      assert.deepEqual(pair.asked, ['b identitySign at once', 'a identitySign at once', 'b identitySign with patience']);
    });
  });

  test('that are of two tokens is refused', async (t) => {
    const [one, other] = [openToken(t), openToken(t)];
    const module = new CryptoModule([one('a', []), other('b', [])], TICKET_KEY, monotonicMs);
    t.after(() => module.close());
    await assert.rejects(module.info(), { code: 'crypto_module_unavailable' });
  });
});
