// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Answer, type House, openHouse } from '../played/house.ts';
import { STATEMENT } from '../played/sam.ts';

let house: House;
before(async () => {
  house = await openHouse({ burst: 1000 });
});
after(() => house.close());

const text = (length: number): string => randomBytes(length).toString('base64url');
const pageNonce = text(32);
const assertion = { credentialId: text(32), authenticatorData: text(37), clientDataJson: text(80), signature: text(70), userHandle: null };
const ticketOf = (sub: string): string => `${[{ typ: 'sigillo-ticket+jwt' }, { sub }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${text(64)}`;
const person = { country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null };

interface Row {
  readonly path: string;
  readonly message: string;
  readonly session: boolean;
  readonly body: () => Record<string, unknown>;
}
const rows: readonly Row[] = [
  { path: 'enrolments/begin', message: 'enrolBegin', session: false, body: () => ({ person, pageNonce }) },
  { path: 'enrolments/key', message: 'enrolKey', session: false, body: () => ({ enrolmentHash: text(32), credentialId: text(32), attestationObject: text(200), clientDataJson: text(80), pageNonce }) },
  { path: 'enrolments/confirm', message: 'enrolConfirm', session: false, body: () => ({ enrolmentHash: text(32), assertion, pageNonce }) },
  { path: 'enrolments/outcome', message: 'enrolOutcome', session: false, body: () => ({ enrolmentHash: text(32), pageNonce }) },
  { path: 'login', message: 'login', session: false, body: () => ({ credentialId: text(32), pageNonce }) },
  { path: 'prepare', message: 'prepare', session: true, body: () => ({ ticket: ticketOf(house.sam.signerId), documents: [{ digest: text(32), sizeBytes: 5 }, { digest: null, sizeBytes: 0 }], language: 'ja', pageNonce }) },
  { path: 'authorise', message: 'authorise', session: true, body: () => ({ challenge: text(32), assertion, sealed: null, pageNonce }) },
  { path: 'outcome', message: 'outcome', session: true, body: () => ({ challenge: text(32), pageNonce }) },
  { path: 'history', message: 'history', session: true, body: () => ({ before: null, pageNonce }) },
  { path: 'freeze', message: 'freeze', session: true, body: () => ({ keyId: text(16), pageNonce }) },
];

function post(row: Row, body: unknown): Promise<Answer> {
  const path = `/signer/v1/${row.path}`;
  if (!row.session) return house.post(path, body);
  return house.post(path, body, house.dpop(path, house.signed()));
}

for (const row of rows) {
  test(`${row.path} carries the message in and the SAM's statement out, unread`, async () => {
    const body = row.body();
    const { status, json, text: said } = await post(row, body);
    assert.equal(status, 200, said);
    assert.deepEqual(json, { statement: Buffer.from(STATEMENT.statement).toString('base64url'), signature: Buffer.from(STATEMENT.signature).toString('base64url') });
    const { message, request } = house.sam.asked.at(-1)!;
    assert.equal(message, row.message);
    assert.equal(Buffer.from((request as { pageNonce: Uint8Array }).pageNonce).toString('base64url'), pageNonce);
    for (const [name, value] of Object.entries(body)) {
      const carried = (request as Record<string, unknown>)[name];
      if (typeof value === 'string' && carried instanceof Uint8Array) assert.equal(Buffer.from(carried).toString('base64url'), value);
    }
  });

  test(`${row.path} refuses bad input, and the next good request works`, async () => {
    const good = row.body();
    const first = Object.keys(good)[0]!;
    const bad: readonly (readonly [string, unknown])[] = [
      ['nothing', {}],
      ['a field less', Object.fromEntries(Object.entries(good).slice(1))],
      ['a field more', { ...good, more: 1 }],
      ['another type', { ...good, [first]: 7.5 }],
      ['null', { ...good, pageNonce: null }],
      ['a nonce of another length', { ...good, pageNonce: text(31) }],
      ['a nonce in base64', { ...good, pageNonce: `${'+'.repeat(42)}A` }],
      ['a second spelling of bytes', { ...good, pageNonce: `${'A'.repeat(42)}B` }],
      ['too much', { ...good, pageNonce: 'A'.repeat(row.path === 'prepare' ? 1_300_000 : 300_000) }],
      ['a list', [good]],
    ];
    for (const [what, body] of bad) {
      const before = house.sam.asked.length;
      const { status, json } = await post(row, body);
      assert.deepEqual([status, json['code']], what === 'too much' ? [413, 'body_too_large'] : [400, 'request_malformed'], what);
      assert.equal(house.sam.asked.length, before);
    }
    assert.equal((await post(row, good)).status, 200);
  });
}

const badBodies: readonly (readonly [string, string | Uint8Array, string])[] = [
  ['no JSON', '{', 'json_malformed'],
  ['a name twice', '{"pageNonce":"a","pageNonce":"b"}', 'json_duplicate_name'],
  ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 'json_not_utf8'],
  ['too deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'json_too_deep'],
];
for (const row of rows) {
  test(`${row.path} refuses bodies that two readers could read differently`, async () => {
    const path = `/signer/v1/${row.path}`;
    for (const [what, body, code] of badBodies) {
      const { status, json } = await house.send('POST', path, body, row.session ? house.dpop(path, house.signed()) : {});
      assert.deepEqual([status, json['code']], [400, code], what);
    }
  });
}

for (const row of rows.filter(({ session }) => session)) {
  test(`${row.path} needs a session, before anything else is looked at`, async () => {
    assert.equal((await house.post(`/signer/v1/${row.path}`, row.body())).status, 401);
    assert.equal((await house.send('POST', `/signer/v1/${row.path}`, '{')).status, 401);
  });
}

test('history and freeze are about the session\'s signer, whatever the page says', async () => {
  await post(rows[8]!, rows[8]!.body());
  assert.equal(Buffer.from((house.sam.asked.at(-1)!.request as { signerId: Uint8Array }).signerId).toString('hex'), house.sam.signerId);
  const { status } = await post(rows[9]!, { ...rows[9]!.body(), signerId: text(16) });
  assert.equal(status, 400);
});

test('somebody else\'s ticket is turned back', async () => {
  const prepare = rows[5]!;
  const other = await post(prepare, { ...prepare.body(), ticket: ticketOf(randomBytes(16).toString('hex')) });
  assert.deepEqual([other.status, other.json['code']], [403, 'ticket_of_another_signer']);
  const none = await post(prepare, { ...prepare.body(), ticket: 'not a ticket' });
  assert.deepEqual([none.status, none.json['code']], [400, 'ticket_malformed']);
});

test('a name that is not normalised is malformed: there is one spelling of it', async () => {
  const { status, json } = await post(rows[0]!, { person: { ...person, surname: 'e\u0301' }, pageNonce });
  assert.deepEqual([status, json['code']], [400, 'request_malformed']);
});

test('sealed factors are carried as the bytes they are', async () => {
  const sealed = text(100);
  assert.equal((await post(rows[6]!, { ...rows[6]!.body(), sealed })).status, 200);
  assert.equal(Buffer.from((house.sam.asked.at(-1)!.request as { sealed: Uint8Array }).sealed).toString('base64url'), sealed);
});

test('a refusal of the SAM reaches the page with its code; an unknown one does not', async () => {
  house.sam.refusals.set('authorise', 'sad_bad_signature');
  const known = await post(rows[6]!, rows[6]!.body());
  assert.deepEqual([known.status, known.json['code']], [403, 'sad_bad_signature']);
  assert.match(String(known.headers['content-type']), /^application\/problem\+json/);
  house.sam.refusals.set('authorise', 'inner_secret');
  const unknown = await post(rows[6]!, rows[6]!.body());
  house.sam.refusals.clear();
  assert.deepEqual([unknown.status, unknown.json['code']], [500, 'internal']);
  assert.ok(!unknown.text.includes('inner_secret'));
});

test('officers: pending, propose, approve, with their own kind of token', async () => {
  const token = (claims: Record<string, unknown> = {}): string => house.maced({ aud: 'http://127.0.0.1:8402/officer/v1', client_id: 'officers', sub: 'officers', scope: 'officer', ...claims });
  const ask = (path: string, body: unknown, claims = {}): Promise<Answer> => {
    const made = token(claims);
    return house.post(path, body, house.dpop(path, made));
  };
  const pending = await ask('/officer/v1/pending', {});
  assert.deepEqual(pending.json, { enrolments: [{ enrolment: 'oA', confirmation: 'oA', state: 'pending_proposal', proposer: null, approvers: [] }] });
  const approval = { enrolmentHash: text(32), approval: { officerId: text(16), assertion } };
  assert.deepEqual((await ask('/officer/v1/propose', approval)).json, { state: 'pending_approval' });
  assert.deepEqual((await ask('/officer/v1/approve', approval)).json, { state: 'approved' });
  assert.equal((await ask('/officer/v1/approve', approval, { scope: 'service' })).status, 403);
  assert.equal((await ask('/officer/v1/approve', approval, { sub: house.sam.signerId })).status, 401);
  assert.equal((await ask('/officer/v1/approve', approval, { aud: 'http://127.0.0.1:8402/csc/v2' })).status, 401);
  assert.equal((await ask('/officer/v1/approve', { ...approval, approval: {} })).status, 400);
  assert.equal((await house.post('/officer/v1/pending', {})).status, 401);
});

test('officers: a key is stopped in two steps, and the SAM hears exactly what they sent', async () => {
  const made = house.maced({ aud: 'http://127.0.0.1:8402/officer/v1', client_id: 'officers', sub: 'officers', scope: 'officer' });
  const ask = (path: string, body: unknown): Promise<Answer> => house.post(path, body, house.dpop(path, made));
  const begin = { keyId: text(16), command: 'revoke', reason: 'keyCompromise', pageNonce: text(32) };
  const command = { body: text(100), approvals: [{ officerId: text(16), assertion }], pageNonce: text(32) };
  for (const [path, body, message] of [['stop/begin', begin, 'officerStopBegin'], ['stop', command, 'officerStop']] as const) {
    const answer = await ask(`/officer/v1/${path}`, body);
    assert.deepEqual([answer.status, Object.keys(answer.json)], [200, ['statement', 'signature']]);
    assert.ok(house.sam.asked.some((one) => one.message === message));
    assert.equal((await house.post(`/officer/v1/${path}`, body)).status, 401);
  }
  const { body, approvals } = house.sam.asked.find(({ message }) => message === 'officerStop')!.request as { readonly body: Uint8Array; readonly approvals: readonly { readonly officerId: Uint8Array }[] };
  assert.deepEqual([Buffer.from(body).toString('base64url'), Buffer.from(approvals[0]!.officerId).toString('base64url')], [command.body, command.approvals[0]!.officerId]);
  assert.equal((await ask('/officer/v1/stop/begin', { ...begin, command: 'thaw' })).status, 400);
  house.sam.refusals.set('officerStop', 'officers_needed');
  const refused = await ask('/officer/v1/stop', command);
  house.sam.refusals.clear();
  assert.deepEqual([refused.status, refused.json['code']], [403, 'officers_needed']);
});

test('only the pages of this deployment may call from a browser', async () => {
  const ask = (origin: string): Promise<Answer> => house.send('OPTIONS', '/signer/v1/prepare', undefined, { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,dpop,content-type' });
  const own = await ask('http://sign.localhost:8400');
  assert.equal(own.headers['access-control-allow-origin'], 'http://sign.localhost:8400');
  assert.match(String(own.headers['access-control-allow-headers']), /dpop/);
  assert.equal(own.headers['access-control-allow-credentials'], undefined);
  assert.equal((await ask('http://evil.localhost:8400')).headers['access-control-allow-origin'], undefined);
});
