// SPDX-License-Identifier: Apache-2.0
// SWP-2, generated from the tables themselves: every column of every table the SAM owns, and every field inside the bound body, is given
// another value, is emptied, is taken from another row, and from an older version. Each is refused, healed and reported; a column or a
// field that nobody put into a class fails.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { decode, encode, type Shape } from '@sigillo/doors/schema';
import type { Database } from '../../src/database.ts';
import { changeRow } from '../../src/records/change-row.ts';
import { rightfulIds } from '../../src/records/rightful-ids.ts';
import { RowMac } from '../../src/records/row-mac.ts';
import { RowStore } from '../../src/records/row-store.ts';
import { schemaOf, TABLE_NAMES, TABLES, type TableName } from '../../src/records/tables.ts';
import { documents, enrolled, refused } from '../played/signer.ts';
import { openWorld, sha256, type World } from '../played/world.ts';
import { DatabaseHand, type KeptRow, stateKeyOf } from './database-hand.ts';
import { loadWithTwins } from '@sigillo/standards/test/attacks';
import { attackByConstruction, signaturesOf } from './stage.ts';

const GUARDS = ['row-authentic', 'row-fresh', 'row-known'].map((name) => `records/checks/${name}.ts`);
const GUARDED = GUARDS.join(' + ');

/** What stands over the columns of the database. `bound`: under the row's MAC. `keyed`: sealed under a key of the SAM's. */
const COLUMN_CLASSES: Readonly<Record<string, Readonly<Record<string, 'bound' | 'the MAC' | 'sealed' | `harmless: ${string}`>>>> = {
  ...Object.fromEntries(TABLE_NAMES.map((table) => [table, { id: 'bound', version: 'bound', body: 'bound', mac: 'the MAC' } as const])),
  subject_key: {
    signer_id: 'bound',
    wrapped: 'sealed',
    created: 'harmless: nobody reads it; it says when a subject came to whoever looks at the database',
  },
  journal_copy: {
    number: 'bound',
    first_record: 'harmless: the SAM reads it nowhere; the group says it itself, under its MAC',
    count: 'harmless: the SAM reads it nowhere; the group says it itself, under its MAC',
    body: 'bound',
  },
  state_key: { one: 'harmless: there is one row', sealed: 'sealed' },
  journal_copy_aside: Object.fromEntries(
    ['aside', 'number', 'first_record', 'count', 'body'].map((column) => [
      column,
      'harmless: no program reads what was set aside',
    ] as const),
  ),
};

/** Bound fields of each body, by table: every one of a row's schema, as the MAC covers all of it. */
const FIELD_CLASSES: Readonly<Record<TableName, readonly string[]>> = {
  signer: ['status', 'assuranceLevel', 'evidenceHash', 'enrolmentHash', 'approvalsHash', 'created'],
  authenticator: [
    'signerId',
    'credentialId',
    'coseKey',
    'aaguid',
    'attestation',
    'rpId',
    'backupEligible',
    'status',
    'enrolmentHash',
    'created',
  ],
  signing_key: [
    'signerId', 'state', 'label', 'algorithm', 'publicKey', 'usage', 'soleControlLevel', 'claim', 'policyHash', 'signaturesMax',
    'envelope', 'activation', 'certificateHash', 'chain', 'notAfter', 'created',
  ],
  client: ['clientId', 'name', 'kind', 'tokenBinding', 'hashOnly', 'status'],
  officer: ['personId', 'role', 'authenticators', 'status'],
  enrolment: [
    'state', 'signerId', 'enrolment', 'confirmation', 'coseKey', 'assertion', 'approvalsUntil', 'created', 'proposal', 'approvals', 'keyId',
    'orderId', 'orderIssued', 'certificationRequest',
  ],
};

test('every column of every table has a class', () => {
  const folder = new URL('../../migrations/', import.meta.url);
  const migration = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  assert.doesNotMatch(migration, /alter\s+table/i, 'a column that comes later needs a class, and this test a way to see it');
  assert.equal(migration.match(/create\s+table/gi)?.length, Object.keys(COLUMN_CLASSES).length);
  const tables = [...migration.matchAll(/^create table (\w+) \((.+)\);$/gm)].map(([, name, columns]) => [
    name!,
    columns!.split(/,\s*/).map((column) => column.split(' ')[0]!),
  ]);
  assert.deepEqual(
    Object.fromEntries(tables),
    Object.fromEntries(Object.entries(COLUMN_CLASSES).map(([table, columns]) => [table, Object.keys(columns)])),
  );
});

test('every field of every row has a class', () => {
  for (const table of TABLE_NAMES) {
    const { fields } = TABLES[table].shape as Extract<Shape, { kind: 'map' }>;
    assert.deepEqual(
      fields.map(({ name }) => name),
      FIELD_CLASSES[table],
      table,
    );
  }
});

type Columns = Record<string, unknown>;
interface Case {
  readonly what: string;
  readonly code: 'row_bad' | 'row_stale' | 'row_swapped';
  readonly row: KeptRow;
}

suite('columns', () => {
  for (const table of TABLE_NAMES) {
    const title = `every column of ${table}, changed alone and together`;
    test(`SWP-2 ${title} · ${GUARDED} · row_bad`, () => swept(table, loadedAsItIs));
    test(`SWP-2 twin · ${GUARDED} · ${title}`, () => swept(table, loadedWithTwins));
  }
  attackByConstruction({
    id: 'SWP-2',
    title: "the subjects' keys, the state key and the copy of the journal",
    code: 'subject_key_missing',
    because: 'a key that was changed opens nothing, whoever believes it',
  }, subjectKeysAndCopy);
});

interface Graph {
  readonly RowStore: typeof RowStore;
  readonly believes: boolean;
}

const loadedAsItIs = (): Promise<Graph> => Promise.resolve({ RowStore, believes: false });
async function loadedWithTwins(): Promise<Graph> {
  const graph = { room: 'tamper-protected/sam', entry: 'src/records/row-store.ts', guards: GUARDS };
  return { ...(await loadWithTwins<{ readonly RowStore: typeof RowStore }>(graph)), believes: true };
}

/** Each case is one answer of the database; a store that has read nothing yet is asked for the row, and asked again. */
async function swept(table: TableName, load: () => Promise<Graph>): Promise<void> {
  const [world, graph] = [await openWorld(), await load()];
  try {
    const { id, cases, mine } = await casesFor(world, table);
    assert.ok(cases.length > 30, `${cases.length} cases`);
    const reports: string[] = [];
    const signatures = await signaturesOf(world);
    for (const { what, code, row } of cases) {
      const store = coldStore(world, graph, await stateKeyOf(world), row, reports);
      const read = async (): Promise<Buffer> => Buffer.from(encode(schemaOf(table), (await store.read(table, id))!));
      if (graph.believes) {
        if (isWhole(table, row)) assert.deepEqual(await read(), Buffer.from(row.body), what);
        continue;
      }
      await assert.rejects(read, { code }, `${table}: ${what}`);
      assert.equal(reports.pop(), code, `${table}: ${what}: reported`);
      assert.deepEqual(await read(), Buffer.from(mine.body), `${table}: ${what}: healed`);
      store.close();
    }
    assert.equal(await signaturesOf(world), signatures, 'nothing was signed');
  } finally {
    await world.close();
  }
}

/** The SAM's own store over its own index and journal, with nothing in its memory, and a database of this row, which takes another. */
function coldStore(
  world: World,
  { RowStore }: Graph,
  stateKey: Uint8Array,
  answer: KeptRow,
  reports: string[],
): InstanceType<typeof RowStore> {
  const { index, deployment, journal, memory, powers, rows } = world.sam.state;
  let row = answer;
  const oneRow: Pick<Database, 'getRow' | 'putRow'> = {
    getRow: () => Promise.resolve(row),
    putRow: (healed) => Promise.resolve(void (row = healed)),
  };
  return new RowStore({
    database: oneRow as Database,
    index,
    mac: new RowMac(deployment.deploymentId, stateKey),
    log: powers.log,
    monotonic: powers.monotonic,
    random: powers.random,
    timers: powers.timers,
    fromJournal: (place, table, id) => journal.row(place, table, id),
    rightfulIds: (table, body) =>
      rightfulIds(table, body, {
        keysOf: (signerId) => memory.signer(signerId).keys,
        signerOf: (enrolmentHash) => rows.readForLocking('enrolment', enrolmentHash)?.signerId,
        deployment,
      }),
    report: (code) => reports.push(code),
  });
}

function isWhole(table: TableName, { body }: KeptRow): boolean {
  try {
    decode(schemaOf(table), body);
    return true;
  } catch {
    return false;
  }
}

async function casesFor(
  world: World,
  table: TableName,
): Promise<{ readonly id: Uint8Array; readonly cases: Case[]; readonly mine: KeptRow }> {
  const { id, otherId } = await rowsOf(world, table);
  const hand = new DatabaseHand(world);
  const older = await hand.read(table, id);
  const columns = decode(schemaOf(table), older.body) as unknown as Columns;
  const changed = changeRow(
    world.sam.state,
    table,
    id,
    older.version,
    { ...columns, ...otherColumns(table, columns)[0]!.columns } as never,
  );
  await world.sam.state.journal.append({ event: 'refused', rows: [changed] }).durable;
  const [mine, theirs] = [await hand.read(table, id), await hand.read(table, otherId)];
  assert.equal(mine.version, older.version + 1);
  return { id, mine, cases: [...columnCases({ mine, theirs, older }), ...fieldCases(table, { mine, theirs, older })] };
}

interface Versions {
  readonly mine: KeptRow;
  readonly theirs: KeptRow;
  readonly older: KeptRow;
}

const COLUMNS = ['version', 'body', 'mac'] as const;
const SUBSETS = [1, 2, 3, 4, 5, 6, 7].map((bits) => COLUMNS.filter((_, i) => (bits >> i) % 2 === 1));

/** The columns of the table: taken from another row or an older version in every combination; and each with values of its own. */
function* columnCases({ mine, theirs, older }: Versions): Generator<Case> {
  for (const [name, source] of [['another row', theirs], ['an older version', older]] as const)
    for (const subset of SUBSETS) {
      const row = { ...mine, ...Object.fromEntries(subset.map((column) => [column, source[column]])) };
      if (same(row, mine)) continue;
      yield { what: `${subset.join(' and ')} of ${name}`, code: same(row, older) ? 'row_stale' : same(row, theirs) ? 'row_swapped' : 'row_bad', row };
    }
  for (const version of [0, -1, mine.version + 1, mine.version - 1, 2 ** 60, Number.NaN])
    yield { what: `version ${version}`, code: 'row_bad', row: { ...mine, version } };
  for (const column of ['body', 'mac'] as const)
    for (const bytes of [
      new Uint8Array(0),
      mine[column].subarray(1),
      Buffer.concat([mine[column], Buffer.alloc(1)]),
      Buffer.alloc(32),
      flipped(mine[column]),
    ])
      yield { what: `${column} of ${bytes.length} bytes`, code: 'row_bad', row: { ...mine, [column]: bytes } };
}

/** The fields inside the body, under the MAC that stands there: another value, nothing, that of another row, that of an older version. */
function* fieldCases(table: TableName, { mine, theirs, older }: Versions): Generator<Case> {
  const schema = schemaOf(table);
  const own = decode(schema, mine.body) as unknown as Columns;
  const others = [['another row', theirs], ['an older version', older]] as const;
  const changes = [
    ...otherColumns(table, own),
    ...others.flatMap(([name, { body }]) =>
      Object.entries(decode(schema, body)).map(([field, value]) => ({
        what: `${field} of ${name}`,
        columns: { [field]: value as unknown },
      })),
    ),
  ];
  for (const { what, columns } of changes) {
    const body = encode(schema, { ...own, ...columns } as never);
    if (!Buffer.from(body).equals(Buffer.from(mine.body))) yield { what, code: 'row_bad', row: { ...mine, body } };
  }
}

/** Every field with other values that its own schema admits. */
function otherColumns(table: TableName, own: Columns): { readonly what: string; readonly columns: Columns }[] {
  const shape = TABLES[table].shape as Extract<Shape, { kind: 'map' }>;
  return shape.fields.flatMap(({ name, of }) => othersOf(of, own[name]).map(
    (value) => ({ what: `${name}: ${of.kind}`, columns: { [name]: value } }),
  ));
}

function othersOf(shape: Shape, value: unknown): unknown[] {
  switch (shape.kind) {
    case 'uint':
      return [value === shape.max ? shape.max - 1 : (value as number) + 1, value === 0 ? 1 : 0];
    case 'bytes':
      return [flipped(value as Uint8Array)];
    case 'text':
      return [`${(value as string).slice(1)}x`];
    case 'boolean':
      return [value !== true];
    case 'one of':
      return shape.values.filter((other) => other !== value);
    case 'nullable':
      return value === null ? [] : [null, ...othersOf(shape.of, value)];
    case 'array':
      return [[], (value as unknown[]).slice(1), [...(value as unknown[]), ...(value as unknown[])]];
    case 'map':
      return shape.fields.flatMap(
        ({ name, of }) => othersOf(of, (value as Columns)[name]).map((other) => ({ ...(value as Columns), [name]: other })),
      );
    case 'exactly':
      return [];
  }
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
}

function same(a: KeptRow, b: KeptRow): boolean {
  return a.version === b.version && Buffer.from(a.body).equals(b.body) && Buffer.from(a.mac).equals(b.mac);
}

async function rowsOf(world: World, table: TableName): Promise<{ readonly id: Uint8Array; readonly otherId: Uint8Array }> {
  const [mine, theirs] = [await enrolled(world), await enrolled(world)];
  const { first, second } = world.officers;
  const ids: Readonly<Record<TableName, readonly [Uint8Array, Uint8Array]>> = {
    signer: [mine.signerId, theirs.signerId],
    authenticator: [sha256(mine.passkey.credentialId), sha256(theirs.passkey.credentialId)],
    signing_key: [mine.keyId, theirs.keyId],
    client: [sha256(Buffer.from('sca')), sha256(Buffer.from('example-bearer'))],
    officer: [first.officerId, second.officerId],
    enrolment: [mine.enrolmentHash, theirs.enrolmentHash],
  };
  const [id, otherId] = ids[table];
  return { id, otherId };
}

async function subjectKeysAndCopy(): Promise<void> {
  const world = await openWorld();
  try {
    const hand = new DatabaseHand(world);
    const [one, other] = [await enrolled(world), await enrolled(world)];
    const wrapped = async (signerId: Uint8Array): Promise<Uint8Array> =>
      new Uint8Array((await hand.run('select wrapped from subject_key where signer_id = $1', [signerId]))[0]!['wrapped'] as Buffer);
    const [honest, theirs] = [await wrapped(one.signerId), await wrapped(other.signerId)];
    const put = (value: Uint8Array | null): Promise<unknown> => hand.run(
      'update subject_key set wrapped = $2 where signer_id = $1',
      [one.signerId, value],
    );
    await hand.run('alter table subject_key alter column wrapped drop not null');
    for (const value of [flipped(honest), theirs, new Uint8Array(0), honest.subarray(1), null]) {
      await world.restart('stop', async () => void (await put(value)));
      await refused('subject_key_missing', () => one.prepare(documents(1).hashes));
    }
    await put(honest);
    await one.prepare(documents(1).hashes);
    const sealedKey = async (): Promise<Buffer> => (await hand.run('select sealed from state_key'))[0]!['sealed'] as Buffer;
    const kept = await sealedKey();
    await world.restart(
      'stop',
      async () => void (await hand.run('update state_key set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)')),
    );
    assert.deepEqual(await sealedKey(), kept, 'the file has the last word, and is written beside it again');
    await one.prepare(documents(1).hashes);
    await world.sam.state.copy.settled();
    const last = '(select max(number) from journal_copy)';
    await world.restart('stop', async () => void (await hand.run('update journal_copy set first_record = first_record + 7, count = 99')));
    await world.restart('stop', async () => {
      await hand.run(`update journal_copy set body = set_byte(body, 90, get_byte(body, 90) # 1) where number < ${last}`);
    });
    await one.prepare(documents(1).hashes);
    for (const [change, undo, code] of [
      [
        `update journal_copy set body = set_byte(body, 90, get_byte(body, 90) # 1) where number = ${last}`,
        undefined,
        'journal_copy_foreign',
      ],
      [
        `update journal_copy set number = number + 1 where number = ${last}`,
        `update journal_copy set number = number - 1 where number = ${last}`,
        'journal_behind_copy',
      ],
    ] as const) {
      await assert.rejects(world.restart('stop', async () => void (await hand.run(change))), { code });
      await world.restart('none', async () => void (await hand.run(undo ?? change)));
      await one.prepare(documents(1).hashes);
    }
  } finally {
    await world.close();
  }
}
