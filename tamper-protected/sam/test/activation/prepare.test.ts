// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { toHex } from '@sigillo/standards/bytes';
import type { RefusalCode } from '../../src/refusals.ts';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { makeTicket, openWorld, type TicketChanges, type World } from '../played/world.ts';

suite('prepare', () => {
  let world: World;
  let signer: Signer;
  before(async () => {
    world = await openWorld({ limits: { operationsPerSigner: 3 } });
    signer = await enrolled(world);
  });
  after(() => world.close());

  const now = Math.floor(Date.now() / 1000);
  const tickets: readonly [name: string, code: RefusalCode, changes: TicketChanges][] = [
    ['another algorithm', 'ticket_malformed', { header: { alg: 'HS256' } }],
    ['no algorithm', 'ticket_malformed', { header: { alg: 'none' } }],
    ['another type', 'ticket_malformed', { header: { typ: 'at+jwt' } }],
    ['one more header', 'ticket_malformed', { header: { jku: 'http://evil.example/' } }],
    ['an unknown key', 'ticket_signature', { header: { kid: 'idp-2' } }],
    ["a stranger's signature", 'ticket_signature', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
    ['another issuer', 'ticket_issuer', { claims: { iss: 'http://localhost:9999' } }],
    ['another audience', 'ticket_audience', { claims: { aud: 'urn:sigillo:sam' } }],
    ['expired', 'ticket_expired', { claims: { iat: now - 901, exp: now - 1 } }],
    ['from the future', 'ticket_expired', { claims: { iat: now + 600, exp: now + 1000 } }],
    ['too long', 'ticket_expired', { claims: { exp: now + 901_000 } }],
    ['one more claim', 'ticket_malformed', { claims: { scope: 'all' } }],
    ['a claim less', 'ticket_malformed', { claims: { jti: undefined } }],
    ['one more detail', 'ticket_malformed', { details: { numSignatures: 5 } }],
    ['no hashes', 'list_length', { details: { hashes: [], labels: [] } }],
    ['more hashes than labels', 'list_length', { details: { labels: [] } }],
    ['hash of another length', 'digest_length', { details: { hashes: [randomBytes(48).toString('base64')] } }],
    ['hash in another spelling', 'ticket_details', { details: { hashes: [`${randomBytes(32).toString('base64')}\n`] } }],
    ['a name with a line break', 'ticket_details', { details: { labels: ['a\nb'] } }],
    ['a name that is not NFC', 'ticket_details', { details: { labels: ['e\u0301'] } }],
    ['an unknown hash algorithm', 'algorithm_not_allowed', { details: { hashAlgorithmOID: '1.3.14.3.2.26' } }],
    ['a signature algorithm of another key', 'algorithm_not_allowed', { details: { signAlgo: '1.2.840.113549.1.1.11' } }],
    ['a signature algorithm of another hash', 'algorithm_not_allowed', { details: { signAlgo: '1.2.840.10045.4.3.3' } }],
    ['an unknown application', 'unknown_client', { claims: { client_id: 'nobody' } }],
    ['an application that never asks for signatures', 'unknown_client', { claims: { client_id: 'sic' } }],
    ['a DPoP application without its key', 'client_binding', { claims: { jkt: undefined } }],
    ['a bearer application with a key', 'client_binding', { claims: { client_id: 'example-bearer' } }],
    ['an unknown key of the signer', 'unknown_key', { details: { credentialID: toHex(randomBytes(16)) } }],
    ['a key of somebody else', 'unknown_key', { claims: { sub: toHex(randomBytes(16)) } }],
  ];
  for (const [name, code, changes] of tickets)
    test(`ticket: ${name}`, () => refused(code, () => signer.prepare(documents(1).hashes, { changes })));

  test('a ticket with a member twice is not read', async () => {
    const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes: documents(1).hashes });
    const [head, , signature] = ticket.split('.');
    await refused('ticket_signature', () =>
      signer.prepare(documents(1).hashes, { ticket: `${head}.${Buffer.from('{"iss":1,"iss":2}').toString('base64url')}.${signature}` }),
    );
    const twice = (json: string): string => json.replace('{', '{"sub":"00000000000000000000000000000000",');
    await refused('ticket_malformed', () => signer.prepare(documents(1).hashes, { changes: { spell: twice } }));
    await refused('ticket_malformed', () => signer.prepare(documents(1).hashes, { changes: { spell: (json) => ` ${json}` } }));
    await refused('ticket_malformed', () => signer.prepare(documents(1).hashes, { ticket: `${ticket}.` }));
    await refused('ticket_malformed', () => signer.prepare(documents(1).hashes, { ticket: 'nothing' }));
  });

  test('documents must be as many as hashes, and seen unless both client and policy let them be unseen', async () => {
    const { hashes } = documents(2);
    const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
    await refused('documents_mismatch', () => signer.prepare(hashes.slice(1), { ticket }));
    const many = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes: documents(1001).hashes });
    await refused('list_too_long', () => signer.prepare(hashes, { ticket: many }));
    await refused('document_unseen', () => signer.prepare(hashes, { seen: false }));
    const unseen = await signer.prepare(hashes, { seen: false, clientId: 'example-dpop' });
    assert.equal(unseen.body.items[0]!.documentDigest, null);
  });

  test('a language that no page speaks', () => refused('language_unknown', () => signer.prepare(documents(1).hashes, { language: 'xx' })));

  test('a bearer client has no key: its thumbprint is zeros', async () => {
    const intent = await signer.prepare(documents(1).hashes, {
      clientId: 'example-bearer',
      jkt: null,
      changes: { details: { documentLocations: undefined } },
    });
    assert.deepEqual(Buffer.from(intent.body.clientKeyThumbprint), Buffer.alloc(32));
    assert.equal(intent.body.items[0]!.mediaType, 'application/octet-stream');
  });

  test("an application that names no algorithm gets the key's own", async () => {
    const other = await enrolled(world);
    const intent = await other.prepare(documents(1).hashes, { changes: { details: { signAlgo: undefined } } });
    assert.equal(intent.body.signatureAlgorithm, '1.2.840.10045.4.3.2');
  });

  test('so many open requests of an application for a signer, and no more', async () => {
    const other = await enrolled(world);
    const open = [
      await other.prepare(documents(1).hashes),
      await other.prepare(documents(1).hashes),
      await other.prepare(documents(1).hashes),
    ];
    await refused('signer_operations', () => other.prepare(documents(1).hashes));
    await other.execute(
      await other.authorise(open[0]!),
      open[0]!.body.items.map(({ dtbsr }) => dtbsr),
    );
    await other.prepare(documents(1).hashes);
  });

  test('no new intent where its ticket could not be remembered; none that was approved is forgotten for it', async (t) => {
    const own = await openWorld({ limits: { approvedTickets: 2 } });
    t.after(() => own.close());
    const one = await enrolled(own);
    const { hashes } = documents(1);
    const tickets = [1, 2].map(() => makeTicket(own, { signerId: one.signerId, keyId: one.keyId, hashes }));
    await one.authorise(await one.prepare(hashes, { ticket: tickets[0]! }));
    const live = await one.prepare(hashes, { ticket: tickets[1]! });
    await refused('operations_full', () => one.prepare(hashes));
    await one.prepare(hashes, { ticket: tickets[1]! });
    await refused('op_unknown', () => one.authorise(live));
    await one.authorise(await one.prepare(hashes, { ticket: tickets[1]! }));
    await refused('operations_full', () => one.prepare(hashes));
    for (const ticket of tickets) await refused('ticket_approved', () => one.prepare(hashes, { ticket }));
    await own.sam.state.copy.settled();
    own.ahead.monotonicMs = own.ahead.wallMs = 901_000;
    await own.sam.sweep();
    await one.authorise(await one.prepare(hashes));
    for (const ticket of tickets) await refused('ticket_expired', () => one.prepare(hashes, { ticket }));
  });

  test('no new work while the disk is full, the copy lags, or the wall clock jumped', async (t) => {
    const { state } = world.sam;
    const has = t.mock.method(state.journal, 'hasRoom', () => false);
    await refused('journal_full', () => signer.prepare(documents(1).hashes));
    has.mock.restore();
    world.ahead.wallMs = -3_600_000;
    await world.sam.sweep();
    await refused('clock_jump', () => signer.prepare(documents(1).hashes));
    world.ahead.wallMs = 0;
    await world.sam.sweep();
    await signer.prepare(documents(1).hashes);
  });

  test('a machine that slept: what was pending is over, and new work goes on', async () => {
    const { hashes } = documents(1);
    const sleeper = await enrolled(world);
    const pending = await sleeper.prepare(hashes);
    const approved = await sleeper.prepare(hashes);
    const receipt = await sleeper.authorise(approved);
    world.ahead.wallMs = 3_600_000;
    await world.sam.sweep();
    await refused('op_unknown', () => sleeper.authorise(pending));
    await refused('op_spent', () => sleeper.execute(receipt, hashes));
    assert.equal((await sleeper.outcome(approved.challenge)).code, 'clock_jump');
    await sleeper.prepare(hashes);
  });
});
