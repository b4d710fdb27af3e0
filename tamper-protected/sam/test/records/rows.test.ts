// SPDX-License-Identifier: Apache-2.0
// Whoever has every right on the database: what he changes is refused, with its name, and put back from the journal.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import pg from 'pg';
import { decode } from '@sigillo/doors/schema';
import { refusedRowDetail } from '../../src/journal/details.ts';
import type { RefusalCode } from '../../src/refusals.ts';
import { documents, enrolled, refused, Signer } from '../played/signer.ts';
import { openWorld, sha256, type World } from '../played/world.ts';

suite('rows', () => {
  let world: World;
  let signer: Signer;
  let other: Signer;
  before(async () => {
    world = await openWorld();
    signer = await enrolled(world);
    other = await enrolled(world);
  });
  after(() => world.close());

  const rowOf = {
    signer: () => signer.signerId,
    authenticator: () => sha256(signer.passkey.credentialId),
    signing_key: () => signer.keyId,
    client: () => sha256(Buffer.from('sca')),
  };
  const otherRowOf = {
    signer: () => other.signerId,
    authenticator: () => sha256(other.passkey.credentialId),
    signing_key: () => other.keyId,
    client: () => sha256(Buffer.from('example-dpop')),
  };
  type Table = keyof typeof rowOf;
  const tables = Object.keys(rowOf) as Table[];

  /** The database says something else; the SAM has forgotten its rows by a restart. */
  async function tampered(code: RefusalCode, change: () => Promise<unknown>, table?: Table): Promise<void> {
    await world.restart();
    await change();
    world.logLines.length = 0;
    await refused(code, () => signer.prepare(documents(1).hashes));
    const line = world.logLines.map((text) => JSON.parse(text) as { event: string; code: string; route: string; record: number }).find(({ event }) => event === 'row_refused');
    assert.equal(line?.code, code);
    await world.sam.state.journal.durable();
    const record = world.sam.state.journal.read(line.record);
    assert.equal(record.event, code);
    const which = decode(refusedRowDetail, record.detail);
    assert.equal(which.table, line.route);
    if (table !== undefined) assert.deepEqual([which.table, Buffer.from(which.id)], [table, Buffer.from(rowOf[table]())]);
    await world.sam.state.rows.settled();
    await signer.prepare(documents(1).hashes);
    // What was put back is in the database again.
    await world.restart();
    await signer.prepare(documents(1).hashes);
  }

  for (const table of tables) {
    test(`${table}: every column edited alone`, async () => {
      const id = rowOf[table]();
      await tampered('row_bad', () =>
        world.tables.asOwner(
          `update ${table} set body = set_byte(body, length(body) - 1, get_byte(body, length(body) - 1) # 1) where id = $1`,
          [id],
        ),
        table,
      );
      await tampered('row_bad', () => world.tables.asOwner(`update ${table} set version = version + 1 where id = $1`, [id]), table);
      await tampered('row_bad', () =>
        world.tables.asOwner(`update ${table} set mac = set_byte(mac, 0, get_byte(mac, 0) # 1) where id = $1`, [id]),
        table,
      );
      await tampered('row_missing', () => world.tables.asOwner(`delete from ${table} where id = $1`, [id]), table);
    });

    test(`${table}: the row of somebody else, whole`, async () => {
      await tampered('row_swapped', () =>
        world.tables.asOwner(
          `update ${table} as mine set version = theirs.version, body = theirs.body, mac = theirs.mac from ${table} as theirs where mine.id = $1 and theirs.id = $2`,
          [rowOf[table](), otherRowOf[table]()],
        ),
        table,
      );
    });
  }

  test('an older version with its own right MAC', async () => {
    const third = await enrolled(world);
    await world.sam.state.rows.settled();
    const kept = await world.tables.asOwner('select version, body, mac from signing_key where id = $1', [third.keyId]);
    await world.ask('freeze', { signerId: third.signerId, keyId: third.keyId, pageNonce: randomBytes(32) });
    const { version, body, mac } = kept[0]!;
    await world.restart();
    await world.tables.asOwner('update signing_key set version = $2, body = $3, mac = $4 where id = $1', [third.keyId, version, body, mac]);
    await refused('row_stale', () => third.prepare(documents(1).hashes));
    await refused('key_not_active', () => third.prepare(documents(1).hashes));
  });

  test('at start, what changed lately is compared with the journal and put back without a refusal', async () => {
    await world.restart('stop', async () => void (await world.tables.asOwner('delete from signing_key where id = $1', [signer.keyId])));
    assert.ok(world.logLines.some((line) => line.includes('rows_healed')));
    await signer.prepare(documents(1).hashes);
  });

  test('a row that the SAM never wrote is not read', async () => {
    const invented = randomBytes(16);
    await world.tables.asOwner('insert into signing_key select $1, version, body, mac from signing_key where id = $2', [
      invented,
      signer.keyId,
    ]);
    assert.deepEqual(await world.ask('credential', { keyId: invented }), { credential: null });
  });

  test('a subject key that is gone takes the names with it, and nothing can be signed', async () => {
    const third = await enrolled(world);
    await third
      .execute(await third.authorise(await third.prepare(documents(1).hashes)).then((receipt) => receipt), [])
      .catch(() => undefined);
    await world.restart(
      'stop',
      async () => void (await world.tables.asOwner('delete from subject_key where signer_id = $1', [third.signerId])),
    );
    await refused('subject_key_missing', () => third.prepare(documents(1).hashes));
  });

  test('the right version with its right MAC, but not what the journal says', async () => {
    const own = await openWorld();
    try {
      const person = await enrolled(own);
      await own.restart();
      const { index } = own.sam.state;
      const { version, record } = index.get('signing_key', person.keyId)!;
      index.set('signing_key', person.keyId, version, randomBytes(32), record);
      await refused('row_bad', () => person.prepare(documents(1).hashes));
    } finally {
      await own.close();
    }
  });

  test("the role of the SAM can neither delete nor drop nor rewrite the journal's copy", async () => {
    const client = new pg.Client({ connectionString: world.tables.url });
    await client.connect();
    try {
      for (const text of [
        'delete from signer',
        'truncate signing_key',
        'drop table signer',
        'update journal_copy set count = 0',
        'delete from subject_key',
        'update subject_key set wrapped = wrapped',
        'create table mine (a int)',
      ]) {
        await assert.rejects(() => client.query(text), /permission denied|must be owner/, text);
      }
    } finally {
      await client.end();
    }
  });

  test('the database is away: what runs goes on from memory, rows come later', async () => {
    const own = await openWorld({
      wrapDatabase: (database) => ({
        ...database,
        putRow: (row) => (away ? Promise.reject(new Error('away')) : database.putRow(row)),
        putGroups: (groups) => (away ? Promise.reject(new Error('away')) : database.putGroups(groups)),
      }),
    });
    let away = false;
    try {
      const person = new Signer(own);
      await person.begin();
      await person.makePasskey();
      await person.confirm();
      away = true;
      await person.approved();
      await person.certified();
      const { hashes } = documents(1);
      const receipt = await person.authorise(await person.prepare(hashes));
      assert.equal((await person.execute(receipt, hashes)).length, 1);
      away = false;
      await own.restart();
      await person.prepare(hashes);
    } finally {
      await own.close();
    }
  });
});
