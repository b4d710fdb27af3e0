// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { p256, p384 } from '@noble/curves/nist.js';
import { TICKET_TAG, type KeyAlgorithm, type TicketBody } from '@sigillo/doors/crypto-module';
import { HASHES, type HashAlgorithm } from '@sigillo/standards/algorithms';
import { encodeName, parseCertificationRequest, parsePublicKey, verifyPossession } from '@sigillo/standards/x509';
import { monotonicMs, verifySignature } from '@sigillo/wire';
import type { DigestAlgorithm } from '../src/index.ts';
import { lyingDriver } from './doubles/lying-driver.ts';
import { certificationTicketFor, epochTicketFor, macOf, newKey, openModuleUnderTest, ticketFor } from './module-under-test.ts';

const under = openModuleUnderTest();
after(() => under.close());

const ES256: DigestAlgorithm = { scheme: 'ecdsa', hash: 'sha256' };
const hashed = (algorithm: HashAlgorithm, message: Uint8Array): Uint8Array => createHash(algorithm).update(message).digest();
const refused = (code: string): { readonly code: string } => ({ code });

const algorithms: readonly (readonly [KeyAlgorithm, DigestAlgorithm])[] = [
  ['P-256', ES256],
  ['P-384', { scheme: 'ecdsa', hash: 'sha384' }],
  ['RSA-3072', { scheme: 'rsa-pkcs1', hash: 'sha256' }],
  ['RSA-3072', { scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 }],
  ['RSA-4096', { scheme: 'rsa-pss', hash: 'sha512', saltBytes: 64 }],
];
for (const [kind, algorithm] of algorithms) {
  test(`a signature over the digest is one over the message: ${kind}, ${algorithm.scheme}`, async () => {
    const key = await newKey(under, kind);
    const message = randomBytes(100);
    const [signature] = await under.module.sign(key.wrapped, [ticketFor(under, key, algorithm, hashed(algorithm.hash, message))]);
    // Another implementation of the whole: it hashes the message itself.
    verifySignature(algorithm, key.publicKey, message, signature!);
    assert.throws(() => verifySignature(algorithm, key.publicKey, randomBytes(100), signature!));
  });
}

for (const [kind, curve, algorithm] of [['P-256', p256, ES256], ['P-384', p384, { scheme: 'ecdsa', hash: 'sha384' }]] as const) {
  test(`a third implementation agrees for ${kind}`, async () => {
    const key = await newKey(under, kind);
    const digest = hashed(algorithm.hash, randomBytes(10));
    const [signature] = await under.module.sign(key.wrapped, [ticketFor(under, key, algorithm, digest)]);
    const publicKey = parsePublicKey(key.publicKey);
    assert.ok(publicKey.kind === 'ec');
    assert.ok(curve.verify(signature!, digest, publicKey.point, { prehash: false, format: 'der', lowS: false }));
  });
}

for (const kind of ['Ed25519', 'ML-DSA-65'] as const) {
  test(`${kind} keys prove possession; they sign no digest`, async () => {
    const key = await newKey(under, kind);
    const subject = encodeName([{ type: 'commonName', value: 'x' }]);
    const request = parseCertificationRequest(await under.module.certificationRequest(certificationTicketFor(under, key, subject), key.wrapped));
    verifyPossession(request, verifySignature);
    await assert.rejects(under.module.sign(key.wrapped, [ticketFor(under, key, ES256, randomBytes(32))]), refused('ticket_algorithm'));
  });
}

test('a request names a Name, and nothing else', async () => {
  const key = await newKey(under, 'P-256');
  for (const subject of [Uint8Array.of(2, 1, 0), Uint8Array.of(0x30, 3, 2, 1, 0), Uint8Array.of(0x30, 5)])
    await assert.rejects(under.module.certificationRequest(certificationTicketFor(under, key, subject), key.wrapped), refused('ticket_malformed'));
});

test('a ticket signs once, also when two calls race', async () => {
  const key = await newKey(under, 'P-256');
  const operation = randomBytes(32);
  const ticket = ticketFor(under, key, ES256, randomBytes(32), { operation });
  const outcomes = await Promise.allSettled([under.module.sign(key.wrapped, [ticket]), under.module.sign(key.wrapped, [ticket])]);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await assert.rejects(under.module.sign(key.wrapped, [ticket]), refused('ticket_used'));
  const another = ticketFor(under, key, ES256, randomBytes(32), { operation, index: 1 });
  await assert.rejects(under.module.sign(key.wrapped, [another, ticket]), refused('ticket_used'));
});

test('tickets of two operations in one call sign nothing', async () => {
  const key = await newKey(under, 'P-256');
  const tickets = [ticketFor(under, key, ES256, randomBytes(32)), ticketFor(under, key, ES256, randomBytes(32))];
  await assert.rejects(under.module.sign(key.wrapped, tickets), refused('ticket_other_operation'));
  assert.equal((await under.module.sign(key.wrapped, [tickets[0]!])).length, 1);
});

test('the same ticket twice in one call signs nothing', async () => {
  const key = await newKey(under, 'P-256');
  const before = under.module.info().signatures;
  const ticket = ticketFor(under, key, ES256, randomBytes(32));
  await assert.rejects(under.module.sign(key.wrapped, [ticket, ticket]), refused('ticket_used'));
  assert.equal(under.module.info().signatures, before);
});

const wrongTickets: readonly (readonly [string, Partial<TicketBody>, string])[] = [
  ['of another start of the module', { bootNonce: randomBytes(16) }, 'ticket_other_boot'],
  ['that is too late', { expires: monotonicMs() - 1 }, 'ticket_expired'],
  ['that would live too long', { expires: monotonicMs() + 3_600_000 }, 'ticket_expires_late'],
  ['for another key id', { keyId: randomBytes(16) }, 'key_wrapped_wrong'],
  ['with an algorithm that is none', { signatureAlgorithm: '1.2.3' }, 'ticket_algorithm'],
  ['with parameters that are no DER', { signatureAlgorithm: '1.2.840.113549.1.1.10', signatureParameters: Uint8Array.of(0x30, 5) }, 'ticket_algorithm'],
  ['with another hash than its algorithm', { hashAlgorithm: HASHES.sha384.oid }, 'ticket_algorithm'],
  ['with a digest of another length', { digest: randomBytes(48) }, 'ticket_algorithm'],
];
for (const [what, change, code] of wrongTickets) {
  test(`refuses a ticket ${what}`, async () => {
    const key = await newKey(under, 'P-256');
    await assert.rejects(under.module.sign(key.wrapped, [ticketFor(under, key, ES256, randomBytes(32), change)]), refused(code));
  });
}

test('a key signs with algorithms of its own kind only', async () => {
  const rsa = await newKey(under, 'RSA-3072');
  await assert.rejects(under.module.sign(rsa.wrapped, [ticketFor(under, rsa, ES256, randomBytes(32))]), refused('ticket_algorithm'));
  const ec = await newKey(under, 'P-256');
  await assert.rejects(under.module.sign(ec.wrapped, [ticketFor(under, ec, { scheme: 'rsa-pkcs1', hash: 'sha256' }, randomBytes(32))]), refused('ticket_algorithm'));
});

test('a ticket of one key among tickets of another signs nothing, and uses none of them up', async () => {
  const [one, other] = [await newKey(under, 'P-256'), await newKey(under, 'P-256')];
  const good = ticketFor(under, one, ES256, randomBytes(32));
  await assert.rejects(under.module.sign(one.wrapped, [good, ticketFor(under, other, ES256, randomBytes(32))]), refused('ticket_other_key'));
  assert.equal((await under.module.sign(one.wrapped, [good])).length, 1);
});

test('signatures come in the order of their tickets', async () => {
  const key = await newKey(under, 'P-256');
  const operation = randomBytes(32);
  const messages = Array.from({ length: 20 }, () => randomBytes(20));
  const signatures = await under.module.sign(key.wrapped, messages.map((message, index) => ticketFor(under, key, ES256, hashed('sha256', message), { operation, index })));
  for (const [i, message] of messages.entries()) verifySignature(ES256, key.publicKey, message, signatures[i]!);
});

test('refuses a ticket without the MAC of the SAM, or with a changed bit anywhere', async () => {
  const key = await newKey(under, 'P-256');
  const ticket = ticketFor(under, key, ES256, randomBytes(32));
  await assert.rejects(under.module.sign(key.wrapped, [{ ...ticket, mac: macOf(randomBytes(32), TICKET_TAG, ticket.body) }]), refused('ticket_mac'));
  for (let at = 0; at < ticket.body.length; at += 7) {
    const body = Uint8Array.from(ticket.body);
    body[at]! ^= 1;
    await assert.rejects(under.module.sign(key.wrapped, [{ ...ticket, body }]), refused('ticket_mac'));
  }
});

test('a certification ticket never signs a digest, nor the other way round', async () => {
  const key = await newKey(under, 'P-256');
  await assert.rejects(under.module.sign(key.wrapped, [certificationTicketFor(under, key, encodeName([]))]), refused('ticket_mac'));
  await assert.rejects(under.module.certificationRequest(ticketFor(under, key, ES256, randomBytes(32)), key.wrapped), refused('ticket_mac'));
});

test('a request is made for the key of its ticket only, and leaves only with a signature that verifies', async () => {
  const [mine, other] = [await newKey(under, 'P-256'), await newKey(under, 'P-256')];
  const ticket = certificationTicketFor(under, { ...mine, publicKey: other.publicKey }, encodeName([]));
  await assert.rejects(under.module.certificationRequest(ticket, mine.wrapped), refused('ticket_other_key'));
  const lying = openModuleUnderTest((honest) => ({ ...honest, signMessage: (key, algorithm, message) => honest.signMessage(key, algorithm, message.subarray(1)) }));
  const theirs = await newKey(lying, 'P-256');
  await assert.rejects(lying.module.certificationRequest(certificationTicketFor(lying, theirs, encodeName([])), theirs.wrapped), refused('signature_wrong'));
  lying.close();
});

test('an epoch below the highest seen is refused', async () => {
  const fresh = openModuleUnderTest();
  const key = await newKey(fresh, 'P-256');
  await fresh.module.sign(key.wrapped, [ticketFor(fresh, key, ES256, randomBytes(32), { epoch: 5 })]);
  await assert.rejects(fresh.module.sign(key.wrapped, [ticketFor(fresh, key, ES256, randomBytes(32), { epoch: 4 })]), refused('ticket_epoch'));
  fresh.close();
});

test('an epoch that was announced ends all lower ones at once, also as an announcement; a MAC of another kind announces nothing', async () => {
  const fresh = openModuleUnderTest();
  const key = await newKey(fresh, 'P-256');
  await fresh.module.enterEpoch(epochTicketFor(fresh, 7));
  await assert.rejects(fresh.module.sign(key.wrapped, [ticketFor(fresh, key, ES256, randomBytes(32), { epoch: 6 })]), refused('ticket_epoch'));
  assert.throws(() => fresh.module.enterEpoch(epochTicketFor(fresh, 6)), refused('ticket_epoch'));
  await fresh.module.enterEpoch(epochTicketFor(fresh, 7));
  await fresh.module.sign(key.wrapped, [ticketFor(fresh, key, ES256, randomBytes(32), { epoch: 7 })]);
  assert.throws(() => fresh.module.enterEpoch(ticketFor(fresh, key, ES256, randomBytes(32), { epoch: 9 })), refused('ticket_mac'));
  fresh.close();
});

test('an epoch is entered when the driver is done with what an older start had asked for', async () => {
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  const late = openModuleUnderTest((driver) => ({ ...driver, signDigest: (...asked) => gone.then(() => driver.signDigest(...asked)) }));
  const key = await newKey(late, 'P-256');
  const said: string[] = [];
  const signed = late.module.sign(key.wrapped, [ticketFor(late, key, ES256, randomBytes(32), { epoch: 6 })]).then(() => said.push('signed'));
  const entered = Promise.resolve(late.module.enterEpoch(epochTicketFor(late, 7))).then(() => said.push('entered'));
  await assert.rejects(late.module.sign(key.wrapped, [ticketFor(late, key, ES256, randomBytes(32), { epoch: 6 })]), refused('ticket_epoch'));
  assert.deepEqual(said, []);
  go();
  await Promise.all([signed, entered]);
  assert.deepEqual(said, ['signed', 'entered']);
  await late.module.enterEpoch(epochTicketFor(late, 8));
  late.close();
});

test('a blob of another key does not answer for this one', async () => {
  const [mine, other] = [await newKey(under, 'P-256'), await newKey(under, 'P-256')];
  await assert.rejects(under.module.sign(other.wrapped, [ticketFor(under, mine, ES256, randomBytes(32))]), refused('key_wrapped_wrong'));
  const swapped = { ...mine, wrapped: mine.wrapped, publicKey: other.publicKey };
  await assert.rejects(under.module.sign(mine.wrapped, [ticketFor(under, swapped, ES256, randomBytes(32))]), refused('ticket_other_key'));
  for (let at = 0; at < mine.wrapped.length; at += 5) {
    const bent = Uint8Array.from(mine.wrapped);
    bent[at]! ^= 4;
    await assert.rejects(under.module.sign(bent, [ticketFor(under, mine, ES256, randomBytes(32))]), refused('key_wrapped_wrong'));
  }
});

test('a driver that signs other data is caught, and nothing leaves', async () => {
  const lying = openModuleUnderTest(lyingDriver);
  const key = await newKey(lying, 'P-256');
  await assert.rejects(lying.module.sign(key.wrapped, [ticketFor(lying, key, ES256, randomBytes(32))]), refused('signature_wrong'));
  assert.equal(lying.module.info().signatures, 0);
  lying.close();
});

async function startOfThousand(own: typeof under): Promise<Promise<readonly Uint8Array[]>[]> {
  const key = await newKey(own, 'P-256');
  const operation = randomBytes(32);
  const tickets = Array.from({ length: 1000 }, (_, index) => ticketFor(own, key, ES256, randomBytes(32), { operation, index }));
  return [own.module.sign(key.wrapped, tickets)];
}

test('a call of a thousand lets others have their turn', async () => {
  const before = under.module.info().signatures;
  const [call] = await startOfThousand(under);
  const seen = new Set<number>();
  const done = call!.then((signatures) => signatures.length);
  for (let over = false; !over; over = (await Promise.race([done, nextTurn('waits')])) !== 'waits') seen.add(under.module.info().signatures - before);
  assert.equal(await done, 1000);
  assert.ok([...seen].some((count) => count > 0 && count < 1000), 'somebody was answered in the middle');
});

test('a SAM that is replaced in the middle of a long call gets nothing, and no further signature is made', async () => {
  const fresh = openModuleUnderTest();
  const [call] = await startOfThousand(fresh);
  const replaced = assert.rejects(call!, refused('ticket_epoch'));
  await fresh.module.enterEpoch(epochTicketFor(fresh, 2));
  await replaced;
  const { signatures } = fresh.module.info();
  assert.ok(signatures > 0 && signatures < 1000);
  await nextTurn();
  assert.equal(fresh.module.info().signatures, signatures);
  fresh.close();
});

test('twenty thousand signatures leave nothing behind', async () => {
  const key = await newKey(under, 'P-256');
  const some = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 100) {
      const operation = randomBytes(32);
      await under.module.sign(key.wrapped, Array.from({ length: 100 }, (_, index) => ticketFor(under, key, ES256, randomBytes(32), { operation, index, expires: monotonicMs() + 1000 })));
    }
  };
  await some(3000);
  const before = process.memoryUsage.rss();
  await some(20_000);
  // One forgotten EVP_PKEY_CTX for each signature alone would be more.
  assert.ok(process.memoryUsage.rss() - before < 48 * 1_048_576, `grew by ${process.memoryUsage.rss() - before} bytes`);
});
