// SPDX-License-Identifier: Apache-2.0
// LOG-06 for the whole house, running: what is secret in its files and what went over its wires is looked for in every log and every
// database.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pg from 'pg';
import type { HomeLayout } from '../../src/home/layout.ts';
import { approved, openApplication } from '../played/application.ts';
import { newSigner, theInstance } from '../played/instance.ts';
import { attackByConstruction, type Canary, canary, filesIn, found, type Place, rowsAsPlace } from '@sigillo/standards/test/attacks';

attackByConstruction({
  id: 'LOG-06',
  title: 'secrets of the whole house are looked for in its logs and databases',
  code: 'nothing found',
  because: 'no line of a program writes a secret there, and each log and each table is searched to show it',
}, async (t) => {
  const instance = await theInstance();
  const wire = listen(t);
  const signer = await newSigner(instance);
  const application = await openApplication(instance, signer);
  const bearer = await openApplication(instance, signer, 'bearer');
  for (const one of [application, bearer]) {
    const hash = createHash('sha256').update(randomBytes(10)).digest();
    const approval = await approved(one, signer, [{ label: 'canary-document.pdf', hash }]);
    assert.equal((await approval.signHash([hash])).length, 1);
  }
  const tokens = wire();
  const kinds = new Set(tokens.map(({ name }) => name));
  for (const kind of ['access_token', 'code', 'ticket', 'dpop', 'client_assertion', 'signature']) assert.ok(
    kinds.has(kind),
    `${kind} was seen: ${[...kinds].join(' ')}`,
  );
  assert.ok(!signer.session.token.includes(' ') && tokens.some(({ bytes }) => Buffer.from(bytes).includes(signer.session.token)));
  const secrets = secretFilesOf(instance.layout);
  assert.ok(secrets.length >= 10, `${secrets.length} secrets`);
  const logs = filesIn(instance.layout.logs);
  const databases = (await Promise.all(['idp', 'sam', 'ca'].map((name) => dumpOf(instance.layout, name)))).flat();
  assert.ok(logs.some(({ name, bytes }) => name.includes('ssa') && bytes.length > 0), 'the SSA has written a log');
  assert.deepEqual(
    found([...secrets, ...tokens, canary('the label of a document', 'canary-document.pdf'), canary('a name', 'Lovelace')], logs),
    [],
  );
  // The IdP keeps what it must tell an application, which is no secret from it; of tokens and codes it keeps hashes.
  assert.deepEqual(
    found([...secrets, ...tokens.filter(({ name }) => !['request_uri', 'signature', 'statement'].includes(name))], databases),
    [],
  );
});

const SECRET_NAMES = /^(?:access_token|refresh_token|code|ticket|code_verifier|client_assertion|done|statement|signature|SAD)$/;

/** Hears what passes through `fetch` and the addresses it leads to; gives what was secret in it. */
function listen(t: TestContext): () => Canary[] {
  const heard = new Map<string, Canary>();
  const keep = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value.length >= 20) heard.set(value, canary(name, value));
  };
  const keepAll = (text: string): void => {
    const pairs = text.startsWith('{') ? Object.entries(JSON.parse(text) as object) : [...new URLSearchParams(text)];
    for (const [name, value] of pairs) if (SECRET_NAMES.test(name)) keep(name, value);
  };
  const real = globalThis.fetch;
  t.mock.method(globalThis, 'fetch', async (...[input, init]: Parameters<typeof fetch>) => {
    const headers = new Headers(init?.headers);
    keep('dpop', headers.get('dpop'));
    keep('access_token', headers.get('authorization')?.split(' ')[1]);
    if (typeof init?.body === 'string' || init?.body instanceof URLSearchParams) keepAll(String(init.body));
    keepAll(new URL(input instanceof Request ? input.url : input).search);
    const answer = await real(input, init);
    const location = answer.headers.get('location');
    if (location !== null) {
      const { search, hash } = new URL(location, answer.url);
      keepAll(search);
      keepAll(hash.slice(1));
    }
    if (answer.headers.get('content-type')?.includes('json') === true) keepAll(await answer.clone().text());
    return answer;
  });
  return () => [...heard.values()];
}

/** What the house's key files hold: as a whole, and the private member of those that are JSON Web Keys. */
function secretFilesOf({ home }: HomeLayout): Canary[] {
  return filesIn(join(home, 'keys')).flatMap(({ name, bytes }) => {
    const text = bytes.toString();
    if (name.endsWith('.url')) return [canary(name, new URL(text.trim()).password)];
    // A key of random bytes may begin like JSON, too.
    if (bytes.length !== 32 && text.startsWith('{')) return [canary(name, (JSON.parse(text) as { readonly d: string }).d)];
    return [canary(name, bytes)];
  });
}

/** Every row that the owner of a database can read. */
async function dumpOf({ home }: HomeLayout, name: string): Promise<Place[]> {
  const client = new pg.Client({ connectionString: readFileSync(join(home, 'keys', `database-${name}_owner.url`), 'utf8') });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select format('%I', tablename) as name from pg_tables where schemaname = 'public' order by 1",
    );
    const places: Place[] = [];
    for (const table of tables) places.push(rowsAsPlace(
      `${name}.${table.name}`,
      (await client.query<Record<string, unknown>>(`select * from ${table.name}`)).rows,
    ));
    assert.ok(places.length > 0);
    return places;
  } finally {
    await client.end();
  }
}
