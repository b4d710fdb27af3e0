// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { concat } from '@sigillo/standards/bytes';
import { CONTENT_TYPE, onlySigner, parseSignedAttributes, parseSignedData, signatureTimeStampTokens, verifySigner } from '@sigillo/standards/cms';
import { coveredPieces, findEmbeddedContents, findPreparedSignature } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { digest, sha256, verifySignature } from '@sigillo/wire';
import { replacePage } from '../doubles/replaced-page.ts';
import { type House, newHolder, openHouse, SIGN_ORIGIN } from '../played/house.ts';
import { makePdf } from '../played/pdf.ts';
import { CREDENTIAL, type Faults } from '../played/services.ts';

const PDF = makePdf('Agreement');
let house: House;
let right: Faults;
before(async () => {
  house = await openHouse();
  right = { ...house.services.faults };
});
afterEach(() => void Object.assign(house.services.faults, right));
after(() => house.close());

async function bring(pdf: Uint8Array = PDF): Promise<string> {
  const { status, json, bytes } = await house.upload(pdf);
  assert.equal(status, 201, bytes.toString());
  return json['handle'] as string;
}

async function stateOf(handle: string): Promise<Record<string, unknown>> {
  return (await house.asSigner('GET', `/documents/${handle}`)).json;
}

async function failsWith(code: string, fault: Partial<Faults>): Promise<string> {
  const handle = await bring();
  const { authorizeUrl } = await house.ask(handle);
  Object.assign(house.services.faults, fault);
  const back = await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  assert.equal(back.headers['location'], `${SIGN_ORIGIN}/done#handle=${handle}`);
  const { state, code: told } = await stateOf(handle);
  assert.deepEqual({ state, told }, { state: 'failed', told: code });
  assert.equal((await house.asSigner('GET', `/documents/${handle}/signed`)).status, 409);
  return handle;
}

test('what the signer\'s page is given belongs together and names the certificate', async () => {
  const { content, attributes, authorizeUrl } = await house.ask(await bring());
  assert.deepEqual(content.subarray(0, PDF.length), Buffer.from(PDF));
  const { covered } = findPreparedSignature(sourceOf(content));
  const contentDigest = sha256(concat(...coveredPieces(sourceOf(content), covered)));
  const { contentType, messageDigest, signingCertificateV2 } = parseSignedAttributes(attributes);
  assert.equal(contentType, CONTENT_TYPE.data);
  assert.deepEqual(Buffer.from(messageDigest), Buffer.from(contentDigest));
  assert.deepEqual(Buffer.from(signingCertificateV2.certHash), Buffer.from(sha256(house.authority.signer.certificate.encoded)));
  const { parameters, thumbprint } = house.services.pushed.get(new URL(authorizeUrl).searchParams.get('request_uri')!)!;
  const [details] = JSON.parse(parameters.get('authorization_details')!) as Record<string, unknown>[];
  const { documentDigests, credentialID, hashAlgorithmOID, signAlgo, numSignatures } = details!;
  assert.deepEqual(documentDigests, [{ hash: Buffer.from(sha256(attributes)).toString('base64'), label: 'Vertrag.pdf' }]);
  assert.deepEqual({ credentialID, hashAlgorithmOID, signAlgo, numSignatures }, { credentialID: CREDENTIAL, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', signAlgo: '1.2.840.10045.4.3.2', numSignatures: 1 });
  assert.equal(parameters.get('code_challenge_method'), 'S256');
  assert.equal(thumbprint.length, 43);
});

test('only the owner of the document is asked', async () => {
  for (const holder of [newHolder('b0'.repeat(16)), newHolder('b1'.repeat(16))]) {
    const brought = await house.asSigner('POST', '/documents', { body: PDF, headers: { 'content-type': 'application/pdf', 'x-document-name': 'a.pdf' } }, holder);
    const body = JSON.stringify({ credentialID: CREDENTIAL });
    const path = `/documents/${String(brought.json['handle'])}/sign`;
    const { json } = await house.asSigner('POST', path, { body, headers: { 'content-type': 'application/json' } }, holder);
    const { parameters } = house.services.pushed.get(new URL(json['authorizeUrl'] as string).searchParams.get('request_uri')!)!;
    assert.equal(parameters.get('login_hint'), holder.subject);
  }
});

test('the signed file is the approved one, with signature and time-stamp in the room left for them', async () => {
  const handle = await bring();
  const { authorizeUrl, content } = await house.ask(handle);
  assert.equal((await stateOf(handle))['state'], 'prepared');
  const back = await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  assert.equal(back.status, 303);
  assert.equal(back.headers['location'], `${SIGN_ORIGIN}/done#handle=${handle}`);
  assert.equal((await stateOf(handle))['state'], 'signed');
  const signed = (await house.asSigner('GET', `/documents/${handle}/signed`)).bytes;
  const { covered, contents } = findEmbeddedContents(sourceOf(signed));
  assert.equal(signed.length, content.length);
  assert.deepEqual(concat(...coveredPieces(sourceOf(signed), covered)), concat(...coveredPieces(sourceOf(content), covered)));
  const cms = contents.subarray(0, 4 + contents[2]! * 256 + contents[3]!);
  const signedData = parseSignedData(cms);
  const signer = onlySigner(signedData);
  const { certificate } = house.authority.signer;
  verifySigner(signer, verifySignature, {
    contentType: CONTENT_TYPE.data,
    contentDigest: sha256(concat(...coveredPieces(sourceOf(signed), covered))),
    certificate,
    certificateDigest: (hash) => digest(hash, certificate.encoded),
  });
  assert.equal(signatureTimeStampTokens(signer).length, 1);
  assert.equal(signedData.certificates.length, 2);
});

test('a second signature keeps the first valid', async () => {
  const once = await house.sign(await bring());
  const again = await house.upload(once);
  assert.equal(again.json['signatures'], 1);
  const twice = await house.sign(again.json['handle'] as string);
  assert.deepEqual(twice.subarray(0, once.length), once);
});

test('a browser that returns twice finds the same end, and the key signs once', async () => {
  const handle = await bring();
  const { authorizeUrl } = await house.ask(handle);
  const query = house.services.approve(authorizeUrl);
  const before = house.services.signHashCalls.length;
  const [first, second] = await Promise.all([house.send('GET', `/callback?${query}`), house.send('GET', `/callback?${query}`)]);
  const third = await house.send('GET', `/callback?${query}`);
  for (const { headers } of [first, second, third]) assert.equal(headers['location'], `${SIGN_ORIGIN}/done#handle=${handle}`);
  assert.equal(house.services.signHashCalls.length - before, 1);
  assert.equal((await stateOf(handle))['state'], 'signed');
});

test('a lost answer is asked for again with the same call', async () => {
  const handle = await bring();
  const { authorizeUrl } = await house.ask(handle);
  const before = house.services.signHashCalls.length;
  house.services.faults.lostAnswers = 2;
  await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  const calls = house.services.signHashCalls.slice(before);
  assert.equal(calls.length, 3);
  assert.deepEqual(calls[1], calls[0]);
  assert.deepEqual(calls[2], calls[0]);
  assert.equal((await stateOf(handle))['state'], 'signed');
});

test('a signer who declines is heard, and the document can be asked for again', async () => {
  const handle = await bring();
  const { authorizeUrl } = await house.ask(handle);
  await house.send('GET', `/callback?${house.services.decline(authorizeUrl, 'wrong amount')}`);
  const { state, code, reason } = await stateOf(handle);
  assert.deepEqual({ state, code, reason }, { state: 'declined', code: 'declined', reason: 'wrong amount' });
  await house.sign(handle);
});

test('what the services do wrong ends in a code, and in no file', async (t) => {
  for (const [code, fault] of [
    ['signing_refused', { refusesSigning: true }],
    ['signing_unavailable', { lostAnswers: 99 }],
    // The repeated call is refused: that says nothing of the first, so nobody is told that nothing was signed.
    ['signing_unavailable', { lostAnswers: 1, endsWhenLost: true }],
    ['time_stamp_unavailable', { timeStamp: 'down' }],
    ['time_stamp_wrong', { timeStamp: 'other nonce' }],
    ['time_stamp_wrong', { timeStamp: 'other digest' }],
    ['time_stamp_wrong', { timeStamp: 'wrong signature' }],
    ['time_stamp_wrong', { timeStamp: 'not for time-stamps' }],
  ] as const) {
    await t.test(`${code}: ${JSON.stringify(fault)}`, async () => {
      const handle = await failsWith(code, fault);
      Object.assign(house.services.faults, right);
      await house.sign(handle);
      await house.asSigner('DELETE', `/documents/${handle}`);
    });
  }
});

test('a signature over something else is not embedded', async () => {
  const handle = await bring();
  house.services.faults.signsOther = true;
  const { authorizeUrl } = await house.ask(handle);
  await house.send('GET', `/callback?${house.services.approve(authorizeUrl)}`);
  assert.equal((await stateOf(handle))['code'], 'signature_wrong');
});

test('a return that the IdP did not make ends the request', async (t) => {
  for (const [name, change] of [
    ['another issuer', (query: URLSearchParams) => query.set('iss', 'http://127.0.0.1:1')],
    ['no issuer', (query: URLSearchParams) => query.delete('iss')],
    ['an unknown code', (query: URLSearchParams) => query.set('code', 'guessed')],
  ] as const) {
    await t.test(name, async () => {
      const handle = await bring();
      const { authorizeUrl } = await house.ask(handle);
      const query = new URLSearchParams(house.services.approve(authorizeUrl));
      change(query);
      await house.send('GET', `/callback?${query.toString()}`);
      assert.equal((await stateOf(handle))['code'], 'authorization_failed');
    });
  }
  for (const query of ['', 'state=', 'state=unknown&code=x', `state=${'x'.repeat(9000)}`]) {
    const back = await house.send('GET', `/callback?${query}`);
    assert.equal(back.headers['location'], `${SIGN_ORIGIN}/error#code=request_expired`);
  }
});

test('a new request makes the older one unknown; a signed document takes none', async () => {
  const handle = await bring();
  const older = await house.ask(handle);
  const newer = await house.ask(handle);
  const stale = await house.send('GET', `/callback?${house.services.approve(older.authorizeUrl)}`);
  assert.equal(stale.headers['location'], `${SIGN_ORIGIN}/error#code=request_expired`);
  assert.equal((await stateOf(handle))['state'], 'prepared');
  await house.send('GET', `/callback?${house.services.approve(newer.authorizeUrl)}`);
  const body = JSON.stringify({ credentialID: CREDENTIAL });
  const again = await house.asSigner('POST', `/documents/${handle}/sign`, { body, headers: { 'content-type': 'application/json' } });
  assert.equal(again.status, 409);
  assert.equal(again.json['code'], 'document_state');
});

test('a key that is unknown, frozen, or of another authority is not asked for', async (t) => {
  const ask = async (handle: string, credentialID: string): Promise<readonly [number, unknown]> => {
    const { status, json } = await house.asSigner('POST', `/documents/${handle}/sign`, { body: JSON.stringify({ credentialID }), headers: { 'content-type': 'application/json' } });
    return [status, json['code']];
  };
  const handle = await bring();
  await t.test('unknown', async () => assert.deepEqual(await ask(handle, 'ab'.repeat(16)), [404, 'credential_unknown']));
  await t.test('malformed', async () => assert.deepEqual(await ask(handle, '../info'), [400, 'request_malformed']));
  await t.test('frozen', async () => {
    house.services.faults.keyStatus = 'disabled';
    assert.deepEqual(await ask(handle, CREDENTIAL), [409, 'credential_not_usable']);
  });
  await t.test('of another authority', async () => {
    house.services.faults.certificateOf = 'stranger';
    assert.deepEqual(await ask(handle, CREDENTIAL), [409, 'credential_not_usable']);
  });
});

test('the double that replaces a page has another digest signed than that of what it shows', async () => {
  const lying = await openHouse({}, replacePage);
  try {
    const { json } = await lying.upload(PDF);
    const { content, attributes } = await lying.ask(json['handle'] as string);
    assert.deepEqual(content.subarray(0, PDF.length), Buffer.from(PDF));
    const { covered } = findPreparedSignature(sourceOf(content));
    const shown = hash('sha256', concat(...coveredPieces(sourceOf(content), covered)));
    assert.notEqual(Buffer.from(parseSignedAttributes(attributes).messageDigest).toString('hex'), shown);
  } finally {
    await lying.close();
  }
});
