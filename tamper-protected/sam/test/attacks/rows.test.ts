// SPDX-License-Identifier: Apache-2.0
// Whoever has every right on the database: the rows themselves. What he writes is refused with its name, reported in the journal, and put
// back from it: the next try works.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { loginStatement } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { RowMac } from '../../src/records/row-mac.ts';
import { clientRow, signingKeyRow } from '../../src/records/tables.ts';
import type { Authenticator } from '../played/authenticator.ts';
import { documents, enrolled, readStatement, refused, Signer } from '../played/signer.ts';
import { openWorld, sha256, type World } from '../played/world.ts';
import { DatabaseHand, stateKeyOf } from './database-hand.ts';
import { attackByConstruction, attacksOnSam, recordsOf, type SamAttack, type Strike } from './stage.ts';

/** The MAC, and the hash that the journal has: each alone stops what is not the SAM's own, so both must go. */
const OWN_ROW = ['records/checks/row-authentic.ts', 'records/checks/row-known.ts'] as const;
/** The version, and the hash that the journal has of the version in force. */
const NEWEST_ROW = ['records/checks/row-fresh.ts', 'records/checks/row-known.ts'] as const;

interface Scene {
  readonly world: World;
  readonly signer: Signer;
  readonly strike: Strike;
  readonly hand: DatabaseHand;
}

const passkeyRow = (signer: Signer): Uint8Array => sha256(signer.passkey.credentialId);
const clientId = (name: string): Uint8Array => sha256(Buffer.from(name));
const freeze = (signer: Signer): Promise<unknown> =>
  signer.world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });

/** A signature, by whichever passkey answers. */
async function sign(signer: Signer, by: Authenticator = signer.passkey, seen: boolean = true): Promise<readonly Uint8Array[]> {
  const { hashes } = documents(1);
  const intent = await signer.prepare(hashes, { seen });
  const answer = { credentialId: signer.passkey.credentialId, userHandle: signer.signerId };
  return signer.execute(await signer.authorise(intent, answer, by), hashes);
}

suite('attacks on rows', () => {
  const { attack } = attacksOnSam();

  /** The rows are read from the database again: the SAM was restarted before the change. */
  function onRows(rest: Omit<SamAttack, 'run' | 'event'>, run: (scene: Scene) => Promise<unknown>): void {
    const event = rest.code === 'login_unknown' ? null : (rest.code as SamAttack['event']);
    attack({ ...rest, event, run: async ({ world, signer, strike }) => run({ world, signer, strike, hand: new DatabaseHand(world) }) });
  }

  /** Strikes once; where that was refused, the row is healed: in memory at once, and in the database for whoever reads it next. */
  async function strikeOnce(
    { world, signer, strike }: Scene,
    step: () => Promise<unknown>,
    honest: () => Promise<unknown> = () => sign(signer),
  ): Promise<void> {
    const gained = await strike(async () => ({ gained: await step() }));
    if (gained !== undefined) return;
    await honest();
    await world.restart();
    await honest();
  }

  onRows({ id: 'ROW-01', title: 'the public keys of two passkeys are swapped', guard: OWN_ROW, code: 'row_bad' }, async (scene) => {
    const { world, signer, hand } = scene;
    const thief = await enrolled(world);
    await world.restart();
    await hand.edit('authenticator', passkeyRow(signer), () => ({ coseKey: thief.passkey.coseKey }));
    await hand.edit('authenticator', passkeyRow(thief), () => ({ coseKey: signer.passkey.coseKey }));
    await strikeOnce(scene, () => sign(signer, thief.passkey));
  });

  onRows(
    {
      id: 'ROW-01',
      title: 'the rows of two passkeys are exchanged, whole',
      guard: [...OWN_ROW, 'activation/checks/own-credential.ts'],
      code: 'row_swapped',
    },
    async (scene) => {
      const { world, signer, hand } = scene;
      const thief = await enrolled(world);
      await world.restart();
      const [mine, theirs] = [await hand.read('authenticator', passkeyRow(signer)), await hand.read('authenticator', passkeyRow(thief))];
      await hand.put('authenticator', passkeyRow(signer), theirs);
      await hand.put('authenticator', passkeyRow(thief), mine);
      const { hashes } = documents(1);
      const answer = { credentialId: thief.passkey.credentialId, userHandle: signer.signerId };
      await strikeOnce(scene, async () =>
        signer.execute(await signer.authorise(await signer.prepare(hashes), answer, thief.passkey), hashes),
      );
    },
  );

  onRows(
    {
      id: 'ROW-02',
      title: "the attacker's passkey is added to a signer",
      guard: ['records/checks/row-in-journal.ts', ...OWN_ROW],
      code: 'login_unknown',
      gains: 'answer',
    },
    async ({ world, signer, strike, hand }) => {
      const { passkey } = new Signer(world);
      const { credentialId, coseKey } = passkey;
      await hand.put('authenticator', sha256(credentialId), {
        ...(await hand.edited('authenticator', passkeyRow(signer), () => ({ credentialId, coseKey }))),
        version: 1,
      });
      const pageNonce = randomBytes(32);
      const answer = await strike(() => world.ask('login', { credentialId, pageNonce }));
      if (answer !== undefined) {
        const { signerId } = readStatement(world, 'login', loginStatement, answer, pageNonce);
        assert.deepEqual(Buffer.from(signerId), Buffer.from(signer.signerId));
      } else {
        const intent = await signer.prepare(documents(1).hashes);
        await refused('sad_credential', () => signer.authorise(intent, { userHandle: signer.signerId }, passkey));
      }
    },
  );

  onRows(
    {
      id: 'ROW-02',
      title: 'a second row stands beside the honest one',
      guard: ['records/checks/row-single.ts', ...OWN_ROW],
      code: 'row_duplicated',
      options: {},
    },
    async ({ world, signer, strike, hand }) => {
      const thief = await enrolled(world);
      await world.restart();
      const honest = await hand.read('authenticator', passkeyRow(signer));
      const lie = await hand.edited('authenticator', passkeyRow(signer), () => ({ coseKey: thief.passkey.coseKey }));
      await hand.run('alter table authenticator drop constraint authenticator_pkey');
      await hand.delete('authenticator', passkeyRow(signer));
      for (const { version, body, mac } of [lie, honest])
        await hand.run('insert into authenticator values ($1, $2, $3, $4)', [passkeyRow(signer), version, body, mac]);
      if ((await strike(() => sign(signer, thief.passkey))) !== undefined) return;
      await sign(signer);
      await world.restart();
      await sign(signer);
    },
  );

  // The envelope around the wrapped key is bound to the signer, and the certificates are encrypted under the owner's key: two more that say
  // no.
  onRows(
    {
      id: 'ROW-03',
      title: 'a key gets another owner',
      guard: [...OWN_ROW, 'signing-key/envelope.ts', 'signing-key/chain.ts'],
      code: 'row_bad',
    },
    async (scene) => {
      const { world, signer, hand } = scene;
      const thief = await enrolled(world);
      await world.restart();
      await hand.edit('signing_key', signer.keyId, () => ({ signerId: thief.signerId }));
      const posing = Object.assign(Object.create(thief) as Signer, { keyId: signer.keyId });
      await strikeOnce(scene, () => sign(posing));
    },
  );

  onRows({ id: 'ROW-04', title: 'the certificate of a key ends later', guard: OWN_ROW, code: 'row_bad', options: {} }, async (scene) => {
    const { world, hand, strike } = scene;
    const signer = await certifiedForDays(world, 1);
    world.ahead.wallMs = 2 * 86_400_000;
    await world.restart();
    await refused('certificate_status', () => sign(signer));
    await world.restart();
    await hand.edit('signing_key', signer.keyId, ({ notAfter }) => ({ notAfter: notAfter! + 31_536_000 }));
    if ((await strike(() => sign(signer))) === undefined) await refused('certificate_status', () => sign(signer));
  });

  onRows(
    { id: 'ROW-05', title: 'a frozen key is made active', guard: OWN_ROW, code: 'row_bad' },
    async ({ world, signer, hand, strike }) => {
      await freeze(signer);
      await world.restart();
      await hand.edit('signing_key', signer.keyId, () => ({ state: 'active' as const }));
      if ((await strike(() => sign(signer))) === undefined) await refused('key_not_active', () => sign(signer));
    },
  );

  onRows(
    { id: 'ROW-06', title: 'an application may ask for documents that the page has not seen', guard: OWN_ROW, code: 'row_bad' },
    async (scene) => {
      const { world, signer, hand } = scene;
      await world.restart();
      await hand.edit('client', clientId('sca'), () => ({ hashOnly: true }));
      await strikeOnce(
        scene,
        () => sign(signer, signer.passkey, false),
        () => refused('document_unseen', () => sign(signer, signer.passkey, false)),
      );
    },
  );

  // The envelope and the wrapped key are each bound to the id of the key.
  onRows(
    {
      id: 'ROW-07',
      title: "a key's blobs are exchanged for those of somebody else's key",
      guard: [...OWN_ROW, 'signing-key/envelope.ts', 'tamper-protected/crypto-module:software/binding.ts'],
      code: 'row_bad',
    },
    async (scene) => {
      const { world, signer, hand } = scene;
      const victim = await enrolled(world);
      await world.restart();
      const { envelope, activation, publicKey } = decode(signingKeyRow, (await hand.read('signing_key', victim.keyId)).body);
      await hand.edit('signing_key', signer.keyId, () => ({ envelope, activation, publicKey }));
      const { messages, hashes } = documents(1);
      await strikeOnce(scene, async () => {
        const [signature] = await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
        victim.verify(messages[0]!, signature!);
      });
    },
  );

  const strangers: readonly (readonly [
    title: string,
    code: 'row_bad' | 'row_foreign',
    make: (world: World, body: Uint8Array) => Promise<Uint8Array>,
  ])[] = [
    [
      'a row of another deployment',
      'row_bad',
      async (world, body) => new RowMac(randomBytes(16), await stateKeyOf(world)).mac({ ...CLIENT_ROW, body }),
    ],
    [
      'a row of another SAM',
      'row_bad',
      async (world, body) => new RowMac(world.sam.state.deployment.deploymentId, randomBytes(32)).mac({ ...CLIENT_ROW, body }),
    ],
    [
      'a row of another table',
      'row_foreign',
      async (world, body) => new RowMac(
        world.sam.state.deployment.deploymentId,
        await stateKeyOf(world),
      ).mac({ ...CLIENT_ROW, table: 'officer', body }),
    ],
  ];
  for (const [title, code, make] of strangers) {
    onRows({ id: 'ROW-08', title, guard: OWN_ROW, code }, async (scene) => {
      const { world, signer, hand } = scene;
      await world.restart();
      const body = encode(
        clientRow,
        { clientId: 'sca', name: 'Application', kind: 'service', tokenBinding: 'dpop', hashOnly: true, status: 'active' },
      );
      await hand.put('client', clientId('sca'), { version: 1, body, mac: await make(world, body) });
      await strikeOnce(
        scene,
        () => sign(signer, signer.passkey, false),
        () => sign(signer),
      );
    });
  }

  onRows(
    {
      id: 'ROW-09',
      title: 'a key is hidden by deleting its row',
      guard: 'records/checks/row-present.ts',
      code: 'row_missing',
      gains: 'answer',
    },
    async (scene) => {
      const { world, signer, hand } = scene;
      await world.restart();
      await hand.delete('signing_key', signer.keyId);
      await strikeOnce(scene, async () => assert.deepEqual(await world.ask('credential', { keyId: signer.keyId }), { credential: null }));
    },
  );

  onRows(
    { id: 'ROW-10', title: 'the row of a key as it was before it was frozen, with its own MAC', guard: NEWEST_ROW, code: 'row_stale' },
    async (scene) => {
      const { world, signer, hand, strike } = scene;
      const before = await hand.read('signing_key', signer.keyId);
      await freeze(signer);
      await world.restart();
      await hand.put('signing_key', signer.keyId, before);
      if ((await strike(() => sign(signer))) === undefined) await refused('key_not_active', () => sign(signer));
    },
  );

  onRows(
    { id: 'ROW-11', title: 'the whole database as it was earlier, under a running SAM', guard: NEWEST_ROW, code: 'row_stale', options: {} },
    async (scene) => {
      const { world, signer, hand, strike } = scene;
      const others = [await enrolled(world), await enrolled(world)];
      const putBack = await hand.snapshot();
      const frozen = [signer, ...others];
      for (const one of frozen) await freeze(one);
      const later = await enrolled(world);
      await world.restart();
      await putBack();
      for (const one of frozen) if ((await strike(() => sign(one))) === undefined) await refused('key_not_active', () => sign(one));
      if (world.sam.state.index.version('signing_key', later.keyId) === 0) return;
      // The subject's key of who came later is gone with the database that held it.
      await refused('row_missing', () => world.ask('credential', { keyId: later.keyId }));
    },
  );

  onRows(
    { id: 'ROW-13', title: 'a view alters what is read', guard: OWN_ROW, code: 'row_bad', options: {} },
    async ({ world, signer, hand, strike }) => {
      const thief = await enrolled(world);
      await world.restart();
      await hand.lieAbout(
        'authenticator',
        passkeyRow(signer),
        await hand.edited('authenticator', passkeyRow(signer), () => ({ coseKey: thief.passkey.coseKey })),
      );
      if ((await strike(() => sign(signer, thief.passkey))) === undefined) await sign(signer);
    },
  );

  onRows(
    { id: 'ROW-13', title: 'a trigger alters what is written', guard: OWN_ROW, code: 'row_bad', options: {} },
    async ({ world, hand, strike }) => {
      const thief = await enrolled(world);
      const lie = encode(
        clientRow,
        { clientId: 'sca', name: 'Other', kind: 'service', tokenBinding: 'dpop', hashOnly: true, status: 'active' },
      );
      await hand.run(
        `create function altered() returns trigger language plpgsql as
          $$ begin new.body := '\\x${Buffer.from(lie).toString('hex')}'; return new; end $$`,
      );
      await hand.run('create trigger altered before insert or update on client for each row execute function altered()');
      await world.restart('stop', () => hand.delete('client', clientId('sca')));
      await world.restart();
      if ((await strike(() => sign(thief, thief.passkey, false))) !== undefined) return;
      await world.sam.state.rows.settled();
      await world.restart();
      await refused('row_bad', () => sign(thief));
      await world.sam.state.rows.settled();
      // What the journal has is written whenever it was not found; it stays once nobody alters it.
      await hand.run('drop trigger altered on client');
      await world.restart();
      await refused('row_bad', () => sign(thief));
      await sign(thief);
      await world.restart();
      await sign(thief);
    },
  );

  onRows(
    { id: 'ROW-14', title: 'one read is answered truly, and another is not', guard: NEWEST_ROW, code: 'row_stale', options: {} },
    async (scene) => {
      const { world, signer, hand, strike } = scene;
      const before = await hand.read('signing_key', signer.keyId);
      await freeze(signer);
      await hand.read('signing_key', signer.keyId);
      await world.restart();
      // The first answer is for this signature, the second for the look at the start, the third for the signature after it.
      await hand.lieAbout('signing_key', signer.keyId, before, 3);
      await refused('key_not_active', () => sign(signer));
      await world.restart();
      if ((await strike(() => sign(signer))) === undefined) await refused('key_not_active', () => sign(signer));
    },
  );
});

const CLIENT_ROW = { table: 'client', id: clientId('sca'), version: 1 } as const;

async function certifiedForDays(world: World, days: number): Promise<Signer> {
  const signer = new Signer(world);
  await signer.begin();
  await signer.makePasskey();
  await signer.confirm();
  await signer.approved();
  await signer.certified({ days });
  return signer;
}

suite('the copy, and a database that forgets', () => {
  attackByConstruction({
    id: 'ROW-12',
    title: 'the copy of the journal is emptied',
    code: 'journal_copy_filled',
    because: 'nothing is read from the copy while the journal is whole; it is filled again',
  }, async () => {
    const world = await openWorld();
    try {
      const signer = await enrolled(world);
      await sign(signer);
      await world.sam.state.copy.settled();
      const before = await recordsOf(world);
      await world.restart('stop', async () => void (await world.tables.asOwner('truncate journal_copy')));
      assert.deepEqual((await recordsOf(world)).slice(0, before.length), before, 'the file has not changed');
      await world.sam.state.copy.settled();
      const [{ count, highest }] = (await world.tables.asOwner(
        'select count(*) as count, max(number) as highest from journal_copy',
      )) as [Record<string, unknown>];
      assert.equal(count, highest, 'all groups are copied again');
      assert.ok(world.logLines.some((line) => line.includes('journal_copy_filled')));
      await sign(signer);
    } finally {
      await world.close();
    }
  });

  test('what was confirmed with synchronous_commit off and lost in a crash is put back at the start', async () => {
    const world = await openWorld();
    try {
      const signer = await enrolled(world);
      const hand = new DatabaseHand(world);
      const before = await hand.read('signing_key', signer.keyId);
      await world.tables.asOwner('set synchronous_commit = off');
      await freeze(signer);
      await hand.read('signing_key', signer.keyId);
      await world.restart('crash', async () => {
        await hand.put('signing_key', signer.keyId, before);
        await hand.delete('signer', signer.signerId);
      });
      assert.ok(world.logLines.some((line) => line.includes('"rows_healed"') && line.includes('"count":2')));
      await refused('key_not_active', () => sign(signer));
    } finally {
      await world.close();
    }
  });
});
