// SPDX-License-Identifier: Apache-2.0
// A population is one that the SAM knows: its members sign, each row is read from the database and believed, and the journal says the same.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { challengePreimage, intentStatement, receiptStatement } from '@sigillo/doors/sap';
import { concat, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { documents, readStatement } from '../played/signer.ts';
import { makeTicket, openWorld, sha256, SIGN, THUMBPRINT, type World } from '../played/world.ts';
import type { PopulationMember } from './credential.ts';
import { populate } from './populate.ts';

function answer({ credentialId, passkeyPrivateKey, signerId }: PopulationMember, challenge: Uint8Array) {
  const authenticatorData = concat(sha256(utf8(SIGN.rpId)), Uint8Array.of(0x05, 0, 0, 0, 0));
  const clientDataJson = utf8(
    JSON.stringify({ type: 'webauthn.get', challenge: toBase64url(challenge), origin: SIGN.origin, crossOrigin: false }),
  );
  const key = createPrivateKey({ key: Buffer.from(passkeyPrivateKey), format: 'der', type: 'pkcs8' });
  const signature = sign('sha256', concat(authenticatorData, sha256(clientDataJson)), key);
  return { credentialId, authenticatorData, clientDataJson, signature, userHandle: signerId };
}

async function signs(world: World, member: PopulationMember): Promise<void> {
  const { signerId, keyId, spki } = member;
  const { hashes, messages } = documents(1);
  const pageNonce = randomBytes(32);
  const ticket = makeTicket(world, { signerId, keyId, hashes });
  const shown = hashes.map((hash) => ({ digest: createHash('sha256').update(hash).digest(), sizeBytes: 1000 }));
  const prepared = await world.ask('prepare', { ticket, documents: shown, language: 'ja', pageNonce });
  const { body } = readStatement(world, 'intent', intentStatement, prepared, pageNonce);
  const challenge = sha256(challengePreimage('sign', body));
  const authorised = await world.ask('authorise', { challenge, assertion: answer(member, challenge), sealed: null, pageNonce });
  const receipt = readStatement(world, 'receipt', receiptStatement, authorised, pageNonce);
  const { signatures } = await world.ask('execute', {
    handle: receipt.handle,
    keyId,
    hashAlgorithm: '2.16.840.1.101.3.4.2.1',
    signatureAlgorithm: '1.2.840.10045.4.3.2',
    signatureParameters: null,
    dtbsrs: hashes,
    clientId: receipt.clientId,
    clientKeyThumbprint: THUMBPRINT,
  });
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  assert.ok(verify('sha256', messages[0]!, key, signatures[0]!));
}

suite('a population', () => {
  test('is made offline, and the home starts with it', async (t) => {
    let fromBeginning = false;
    const world = await openWorld({ startFromBeginning: () => fromBeginning });
    t.after(() => world.close());
    let members: readonly PopulationMember[] = [];
    const { folder, tables } = world;
    await world.restart('stop', async () => {
      ({ members } = await populate({
        state: join(folder, 'sam'),
        public: join(folder, 'public'),
        store: join(folder, 'module'),
        sealKey: join(folder, 'seal.key'),
        ticketKey: randomBytes(32),
        database: tables.url,
        credentials: 300,
        members: 5,
      }));
      assert.equal(readdirSync(join(folder, 'sam')).filter((name) => name.startsWith('snapshot-')).length, 1);
    });
    assert.equal(members.length, 5);
    const { memory, rows } = world.sam.state;
    for (const { signerId, keyId } of members) {
      assert.deepEqual(memory.signer(signerId).keys.map(toHex), [toHex(keyId)]);
      assert.equal((await rows.read('enrolment', memory.signers.enrolmentOf((await journalOrder(world, signerId))!)!))?.state, 'active');
    }
    for (const member of members) await signs(world, member);
    for (const table of ['signer', 'authenticator', 'signing_key', 'enrolment', 'subject_key'])
      assert.equal(Number((await tables.asOwner(`select count(*) as count from ${table}`))[0]!['count']), 300, table);
    fromBeginning = true;
    await world.restart();
    assert.deepEqual(world.logLines.filter((line) => /rows_healed|journal_copy_filled|row_refused|snapshot_damaged/.test(line)), []);
    assert.equal(world.sam.state.index.tables.signing_key.rows.count, 300);
    for (const member of members) await signs(world, member);
  });
});

/** The order of a signer's enrolment, from the journal. */
async function journalOrder(world: World, signerId: Uint8Array): Promise<Uint8Array | undefined> {
  const { journal, memory, rows } = world.sam.state;
  const { rows: changed } = journal.read(memory.signers.newestEntry(signerId).record);
  const enrolment = changed.find(({ table }) => table === 'enrolment');
  return (await rows.read('enrolment', enrolment!.id))?.orderId ?? undefined;
}
