// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { type House, newHolder, openHouse, SIGN_ORIGIN } from '../played/house.ts';
import { locationOf } from '../played/house.ts';
import { makePdf } from '../played/pdf.ts';

const PDF = makePdf('Agreement');
const PDF_HEADERS = { 'content-type': 'application/pdf', 'x-document-name': 'a.pdf' };
const HOUR_MS = 3600_000;
let house: House;
before(async () => {
  house = await openHouse({ documentBytesMax: 200_000, documentsPerOwnerMax: 40 });
});
after(() => house.close());

const handleOf = async (pdf: Uint8Array = PDF): Promise<string> => (await house.upload(pdf)).json['handle'] as string;

test('a document is described as it came', async () => {
  const { status, json } = await house.upload(PDF, '契約書 ü.pdf');
  assert.equal(status, 201);
  const { handle, ...described } = json;
  assert.match(handle as string, /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(described, { name: '契約書 ü.pdf', sizeBytes: PDF.length, pages: 1, signatures: 0, warnings: [] });
});

test('what cannot be signed is refused with what to do, and nothing of it stays', async (t) => {
  const before = house.spooled();
  const certified = makePdf('x', { catalog: '/Perms << /DocMDP << /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >> >>' });
  for (const [code, pdf] of [
    ['document_not_a_pdf', Buffer.from('GIF89a')],
    ['document_not_a_pdf', new Uint8Array(0)],
    ['document_broken', PDF.subarray(0, PDF.length - 30)],
    ['document_encrypted', makePdf('x', { trailer: '/Encrypt << /Filter /Standard >>' })],
    ['document_certified_no_changes', certified],
    ['document_xfa_form', makePdf('x', { catalog: '/AcroForm << /Fields [] /XFA (x) >>' })],
  ] as const) {
    await t.test(code, async () => {
      const { status, json } = await house.upload(pdf);
      assert.deepEqual([status, json['code']], [422, code]);
      assert.match(json['detail'] as string, /\.$/);
    });
  }
  assert.equal(house.spooled(), before);
});

test('a document that is too large is refused, announced or not, and the next good one is taken', async () => {
  const before = house.spooled();
  const large = makePdf('x', { padding: 300_000 });
  assert.deepEqual([(await house.upload(large)).status, (await house.upload(large)).json['code']], [413, 'document_too_large']);
  const chunked = await house.asSigner('POST', '/documents', { body: large, headers: { ...PDF_HEADERS, 'transfer-encoding': 'chunked' } });
  assert.deepEqual([chunked.status, chunked.json['code']], [413, 'document_too_large']);
  assert.equal(house.spooled(), before);
  assert.equal((await house.upload(PDF)).status, 201);
});

test('other types, names and forms are refused', async (t) => {
  for (const [name, headers, status, code] of [
    ['another type', { ...PDF_HEADERS, 'content-type': 'text/html' }, 415, 'media_type_not_supported'],
    ['JSON', { ...PDF_HEADERS, 'content-type': 'application/json' }, 400, 'json_not_utf8'],
    ['no name', { 'content-type': 'application/pdf' }, 400, 'request_malformed'],
    ['a name that is not UTF-8', { ...PDF_HEADERS, 'x-document-name': '%FF%FE' }, 400, 'document_name_malformed'],
    ['a name with what cannot be seen', { ...PDF_HEADERS, 'x-document-name': '%E2%80%AEfdp.exe' }, 400, 'document_name_malformed'],
    ['a name with a line break', { ...PDF_HEADERS, 'x-document-name': 'a%0Ab' }, 400, 'document_name_malformed'],
    ['a long name', { ...PDF_HEADERS, 'x-document-name': 'a'.repeat(201) }, 400, 'document_name_malformed'],
  ] as const) {
    await t.test(name, async () => {
      const answer = await house.asSigner('POST', '/documents', { body: PDF, headers });
      assert.deepEqual([answer.status, answer.json['code']], [status, code]);
    });
  }
  const handle = await handleOf();
  for (const body of ['{}', '{"credentialID":1}', '{"credentialID":"' + 'a'.repeat(32) + '","more":1}', '[', '{"credentialID":"' + 'A'.repeat(32) + '"}']) {
    const answer = await house.asSigner('POST', `/documents/${handle}/sign`, { body, headers: { 'content-type': 'application/json' } });
    assert.equal(answer.status, 400, body);
  }
});

test('other people\'s documents are answered like unknown ones', async () => {
  const handle = await handleOf();
  const stranger = newHolder('b0'.repeat(16));
  const unknown = 'A'.repeat(43);
  for (const [method, suffix] of [['GET', ''], ['GET', '/signed'], ['DELETE', ''], ['POST', '/sign']] as const) {
    const send = method === 'POST' ? { body: JSON.stringify({ credentialID: 'c0'.repeat(16) }), headers: { 'content-type': 'application/json' } } : {};
    const others = await house.asSigner(method, `/documents/${handle}${suffix}`, send, stranger);
    const none = await house.asSigner(method, `/documents/${unknown}${suffix}`, send, stranger);
    assert.equal(others.status, 404);
    assert.deepEqual(others.json, none.json);
  }
  assert.equal((await house.asSigner('GET', `/documents/${handle}`)).status, 200);
});

test('a document is deleted at once, with every address of it', async () => {
  const before = house.spooled();
  const handle = await handleOf();
  const { authorizeUrl } = await house.ask(handle);
  const { content, attributes } = locationOf(house.services, authorizeUrl);
  assert.equal((await house.send('GET', content)).status, 200);
  assert.equal((await house.asSigner('DELETE', `/documents/${handle}`)).status, 204);
  for (const path of [content, attributes]) assert.equal((await house.send('GET', path)).status, 404);
  assert.equal((await house.asSigner('GET', `/documents/${handle}`)).status, 404);
  const back = await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  assert.equal(back.headers['location'], `${SIGN_ORIGIN}/error#code=request_expired`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(house.spooled(), before);
});

test('a document goes one hour after its end, and after a day whatever became of it', async () => {
  const signed = await handleOf();
  await house.sign(signed);
  const open = await handleOf();
  const statusAt = async (handle: string, aheadMs: number): Promise<number> => {
    house.aheadMs = aheadMs;
    return (await house.asSigner('GET', `/documents/${handle}`)).status;
  };
  try {
    assert.equal(await statusAt(signed, HOUR_MS - 60_000), 200);
    assert.equal(await statusAt(signed, HOUR_MS + 60_000), 404);
    assert.equal(await statusAt(open, 24 * HOUR_MS - 60_000), 200);
    assert.equal(await statusAt(open, 24 * HOUR_MS + 60_000), 404);
  } finally {
    house.aheadMs = 0;
  }
});

test('what was prepared is closed when the approval ends, and guesses find nothing', async () => {
  const handle = await handleOf();
  const { authorizeUrl } = await house.ask(handle);
  const { content } = locationOf(house.services, authorizeUrl);
  await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  assert.equal((await house.send('GET', content)).status, 404);
  assert.equal((await house.send('GET', `/prepared/${'A'.repeat(43)}/content`)).status, 404);
});

test('a signer cannot fill the spool for the others', async () => {
  const small = await openHouse({ documentsPerOwnerMax: 2, spoolBytesMax: 3000 });
  try {
    assert.equal((await small.upload(PDF)).status, 201);
    assert.equal((await small.upload(PDF)).status, 201);
    assert.deepEqual([(await small.upload(PDF)).status, (await small.upload(PDF)).json['code']], [429, 'documents_too_many']);
    const other = newHolder('b0'.repeat(16));
    const upload = (body: Uint8Array): ReturnType<House['asSigner']> => small.asSigner('POST', '/documents', { body, headers: PDF_HEADERS }, other);
    assert.equal((await upload(makePdf('x', { padding: 2000 }))).status, 503);
    assert.equal((await upload(PDF)).status, 201);
  } finally {
    await small.close();
  }
});

test('nor with few large documents', async () => {
  const small = await openHouse({ ownerBytesMax: 3 * PDF.length });
  const other = newHolder('b0'.repeat(16));
  try {
    const answers = [await small.upload(PDF), await small.upload(PDF), await small.upload(makePdf('x', { padding: 2000 }))];
    assert.deepEqual(answers.map(({ status }) => status), [201, 201, 429]);
    assert.equal(answers[2]!.json['code'], 'documents_too_many');
    assert.equal((await small.asSigner('POST', '/documents', { body: PDF, headers: PDF_HEADERS }, other)).status, 201, 'others have room');
    assert.equal((await small.asSigner('DELETE', `/documents/${answers[0]!.json['handle'] as string}`)).status, 204);
    assert.equal((await small.upload(PDF)).status, 201, 'and so has who deletes');
  } finally {
    await small.close();
  }
});

test('nor with uploads that never end', async () => {
  const small = await openHouse({ arrivingPerOwnerMax: 2 });
  const other = newHolder('b0'.repeat(16));
  const slow = [slowUpload(small), slowUpload(small)];
  try {
    await until(() => small.spooled() === 2);
    const refused = await small.upload(PDF);
    assert.deepEqual([refused.status, refused.json['code']], [429, 'documents_too_many']);
    assert.equal((await small.asSigner('POST', '/documents', { body: PDF, headers: PDF_HEADERS }, other)).status, 201);
    assert.deepEqual(await Promise.all(slow.map((each) => each.end())), [201, 201]);
    assert.equal((await small.upload(PDF)).status, 201);
  } finally {
    await small.close();
  }
});

test('what uploads announce counts while they arrive', async () => {
  const small = await openHouse({ ownerBytesMax: 2 * PDF.length });
  const slow = [slowUpload(small), slowUpload(small)];
  try {
    await until(() => small.spooled() === 2);
    assert.equal((await small.upload(PDF)).json['code'], 'documents_too_many');
    await Promise.all(slow.map((each) => each.end()));
  } finally {
    await small.close();
  }
});

async function until(reached: () => boolean): Promise<void> {
  for (let waitedMs = 0; !reached(); waitedMs += 5) {
    if (waitedMs > 5000) throw new Error('not reached');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An upload that announces all of a document and waits with the second half of it. */
function slowUpload(at: House): { end(): Promise<number> } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield PDF.subarray(0, 100);
    await held;
    yield PDF.subarray(100);
  }
  const answer = at.asSigner('POST', '/documents', { body: Readable.from(pieces()), headers: { ...PDF_HEADERS, 'content-length': String(PDF.length) } });
  return {
    end: async () => {
      release();
      return (await answer).status;
    },
  };
}

test('only the signer\'s page may call from a browser', async () => {
  const preflight = (origin: string): ReturnType<House['send']> =>
    house.send('OPTIONS', '/documents', { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,dpop,content-type,x-document-name' } });
  const { headers } = await preflight(SIGN_ORIGIN);
  assert.equal(headers['access-control-allow-origin'], SIGN_ORIGIN);
  assert.match(String(headers['access-control-allow-headers']), /x-document-name/);
  assert.equal((await preflight('http://evil.example')).headers['access-control-allow-origin'], undefined);
});

test('nothing of a document or a token gets into the log', async () => {
  const handle = await handleOf();
  await house.sign(handle);
  const text = house.log.join('');
  for (const secret of [handle, 'Vertrag', 'DPoP', 'eyJ', house.signer.subject]) assert.ok(!text.includes(secret), secret);
});

test('the routes are documented by the schemas that validate', async () => {
  const { json } = await house.send('GET', '/openapi.json');
  const paths = Object.keys(json['paths'] as object);
  assert.deepEqual(paths.sort(), ['/callback', '/documents', '/documents/{handle}', '/documents/{handle}/sign', '/documents/{handle}/signed', '/prepared/{capability}/attributes', '/prepared/{capability}/content']);
});
