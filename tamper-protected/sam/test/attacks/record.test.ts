// SPDX-License-Identifier: Apache-2.0
// The record itself: nothing leaves that it does not hold, and it holds no secret.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decode } from '@sigillo/doors/schema';
import { derivedKey } from '../../src/hash.ts';
import { realDisk } from '../../src/journal/disk.ts';
import { signingKeyRow, TABLE_NAMES } from '../../src/records/tables.ts';
import { openBytes } from '../../src/sealed-bytes.ts';
import { concat, utf8 } from '@sigillo/standards/bytes';
import { documents, enrolled, refused } from '../played/signer.ts';
import { makeTicket, type World, type WorldOptions } from '../played/world.ts';
import { DatabaseHand, stateKeyOf } from './database-hand.ts';
import { type Canary, canary, filesIn, found, type Place, rowsAsPlace } from '@sigillo/standards/test/attacks';
import { attacksOn, attacksOnSam, signaturesOf, STAGE } from './stage.ts';

suite('attacks on the record', () => {
  const { attack } = attacksOnSam();
  const away = { disk: false, copy: false };

  attack({
    id: 'LOG-05',
    title: 'the disk of the journal is full',
    guard: 'new-work.ts',
    code: 'journal_full',
    event: null,
    options: { disk: { ...realDisk, free: (folder) => (away.disk ? 0 : realDisk.free(folder)) } },
    run: async ({ signer, strike }) => {
      const { hashes } = documents(1);
      away.disk = true;
      try {
        await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes));
      } finally {
        away.disk = false;
      }
      await signer.prepare(hashes);
    },
  });

  attack({
    id: 'LOG-05',
    title: 'the copy of the journal does not follow',
    guard: 'new-work.ts',
    code: 'journal_copy_lag',
    event: null,
    options: {
      limits: { copyLagSecondsMax: 1 },
      wrapDatabase: (database) => ({
        ...database,
        putGroups: (groups) => (away.copy ? Promise.reject(new Error('blocked')) : database.putGroups(groups)),
      }),
    },
    run: async ({ world, signer, strike }) => {
      const { hashes } = documents(1);
      away.copy = true;
      try {
        await signer.prepare(hashes).then((intent) => signer.authorise(intent));
        for (const clock of ['monotonicMs', 'wallMs'] as const) world.ahead[clock] += 5000;
        await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes));
      } finally {
        away.copy = false;
      }
    },
  });
});

/** A journal that does not wait for its disk acknowledges what it cannot read again: the attacker's gain is what was signed. */
const UNREAD = { ...STAGE, traces: async (world: World) => ({ signatures: await signaturesOf(world), records: [] }) };

suite('attacks on what is not durable', () => {
  const { attack } = attacksOn<World, WorldOptions>(UNREAD);
  const broken = { disk: false, copy: undefined as Promise<void> | undefined };

  attack({
    id: 'LOG-05',
    title: 'a write of the journal fails',
    guard: 'journal/writer.ts',
    code: 'journal_write_failed',
    event: null,
    options: {
      disk: {
        ...realDisk,
        write: (file, bytes, offset) => (broken.disk ? Promise.reject(new Error('EIO')) : realDisk.write(file, bytes, offset)),
      },
    },
    run: async (world, strike) => {
      const signer = await enrolled(world);
      const { hashes } = documents(1);
      const receipt = await signer.authorise(await signer.prepare(hashes));
      broken.disk = true;
      try {
        const signed = await strike(() => Promise.race([signer.execute(receipt, hashes), deathOf(world)]));
        if (signed === undefined) await refused('sealed', () => signer.prepare(hashes));
      } finally {
        broken.disk = false;
      }
    },
  });

  attack({
    id: 'LOG-05',
    title: 'the second server of the copy is away',
    guard: 'journal/writer.ts',
    code: 'no answer',
    event: null,
    options: {
      copyBeforeRelease: true,
      wrapDatabase: (database) => ({ ...database, putGroups: async (groups) => (await broken.copy, database.putGroups(groups)) }),
    },
    run: async (world, strike) => {
      const signer = await enrolled(world);
      const { hashes } = documents(1);
      const receipt = await signer.authorise(await signer.prepare(hashes));
      let release = (): void => undefined;
      broken.copy = new Promise((resolve) => (release = resolve));
      const executed = signer.execute(receipt, hashes);
      try {
        await strike(() => Promise.race([executed, pause(300).then(() => Promise.reject(noAnswer('no answer')))]));
      } finally {
        broken.copy = undefined;
        release();
      }
      assert.equal((await executed).length, 1);
    },
  });
});

/** Of a SAM that says nothing more; told in its stead. */
function noAnswer(code: string): Error {
  return Object.assign(new Error(code), { kind: 'refused', code });
}

async function deathOf({ deaths }: World): Promise<never> {
  for (let waited = 0; deaths.length === 0 && waited < 5000; waited += 5) await pause(5, undefined, { ref: false });
  throw noAnswer(deaths[0] ?? 'nothing happened');
}

suite('secrets in the record', () => {
  const { attack } = attacksOn<World, WorldOptions>(STAGE);
  const privateKeys: Uint8Array[] = [];

  attack({
    id: 'LOG-06',
    title: 'names and secrets are looked for in database, log, journal and files',
    guard: 'subject-key.ts',
    code: 'nothing found',
    event: null,
    gains: 'answer',
    options: { wrapDriver: (driver) => ({ ...driver, unwrap: (keyId, wrapped) => seen(driver.unwrap(keyId, wrapped), privateKeys) }) },
    run: async (world, strike) => {
      const person = { country: 'JP', givenName: 'Canarina', surname: 'Serinus-Canaria', pseudonym: null };
      const signer = await enrolled(world, person);
      const { hashes } = documents(2);
      const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
      const receipt = await signer.authorise(await signer.prepare(hashes, { ticket }));
      await signer.execute(receipt, hashes);
      await refused('handle_unknown', () => signer.execute({ ...receipt, handle: randomBytes(32) }, hashes));
      await world.restart();
      const secrets = await secretsOf(world, signer.keyId, privateKeys);
      assert.ok(privateKeys.length > 0 && privateKeys.every((key) => key.length > 60));
      const inside = [...(await databaseOf(world)), ...filesIn(join(world.folder, 'sam')), ...filesIn(join(world.folder, 'module'))];
      const outside = [{ name: 'the log', bytes: Buffer.from(world.logLines.join('')) }, ...filesIn(join(world.folder, 'public'))];
      const personal = [
        canary('the name', 'Canarina'),
        canary('the surname', 'Serinus-Canaria'),
        canary('the name of a document', 'contract 0.pdf'),
      ];
      // The journal holds the handle, by which it knows an approval again; it is no secret from the SAM, and is worth nothing without the
      // client's key.
      const handed = [canary('the ticket', ticket), canary("the ticket's signature", ticket.split('.')[2]!)];
      assert.deepEqual(found([...secrets, ...handed], [...inside, ...outside]), []);
      assert.deepEqual(
        found([...personal, canary('the handle', receipt.handle), canary('the signer', signer.signerId), canary('the key', signer.keyId)], outside),
        [],
      );
      for (const place of [...inside, ...outside]) {
        const planted = Buffer.concat([place.bytes, Buffer.from(`x${Buffer.from(secrets[0]!.bytes).toString('base64')}`)]);
        assert.equal(found([secrets[0]!], [{ ...place, bytes: planted }]).length, 1, 'what was put there is found');
      }
      await strike(async () => {
        const places = found(personal, inside);
        if (places.length === 0) throw noAnswer('nothing found');
        for (const { name } of personal) assert.ok(places.some((place) => place.startsWith(name)), name);
        return places;
      });
    },
  });
});

function seen<T>(key: T, privateKeys: Uint8Array[]): T {
  // The software driver's handle has the private key in clear for as long as it is open.
  privateKeys.push(new Uint8Array((key as { readonly pkcs8: Uint8Array }).pkcs8));
  return key;
}

async function secretsOf(world: World, keyId: Uint8Array, privateKeys: readonly Uint8Array[]): Promise<Canary[]> {
  const stateKey = await stateKeyOf(world);
  const { activation } = decode(signingKeyRow, (await new DatabaseHand(world).read('signing_key', keyId)).body);
  const activationKey = openBytes(
    derivedKey(stateKey, 'sigillo/sam/activation-key/1'),
    concat(utf8('sigillo/activation/1\0'), keyId),
    activation,
  );
  return [
    canary('the state key', stateKey),
    canary('the seal key', readFileSync(join(world.folder, 'seal.key'))),
    canary('an activation key', activationKey),
    ...['journal', 'activation-key', 'subject-key'].map((name) => canary(
      `the key of ${name}`,
      derivedKey(stateKey, `sigillo/sam/${name}/1`),
    )),
    ...TABLE_NAMES.map((table) => canary(`the key of ${table}`, derivedKey(stateKey, `sigillo/sam/row/1 ${table}`))),
    // Of PKCS #8 the part that is secret: the scalar stands behind a head that every key of the kind has.
    ...privateKeys.map((pkcs8) => canary('a private key', pkcs8.subarray(36, 68))),
  ];
}

async function databaseOf(world: World): Promise<Place[]> {
  const places: Place[] = [];
  for (const table of [...TABLE_NAMES, 'subject_key', 'journal_copy']) {
    const rows = await world.tables.asOwner(`select * from ${table}`);
    assert.ok(rows.length > 0, table);
    places.push(rowsAsPlace(table, rows));
  }
  return places;
}
