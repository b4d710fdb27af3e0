// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Request } from '@sigillo/doors/door';
import type { SamDoor } from '@sigillo/doors/sam';
import { type Answer, credentialClaims, type House, newClient, openHouse } from '../played/house.ts';

const LIST = '/csc/v2/credentials/list';
const INFO = '/csc/v2/credentials/info';
const SIGN = '/csc/v2/signatures/signHash';
const ECDSA = '1.2.840.10045.4.3.2';
const SHA256 = '2.16.840.1.101.3.4.2.1';

let house: House;
before(async () => {
  house = await openHouse({ burst: 1000 });
});
after(() => house.close());

const service = (path: string, body: unknown, claims: Record<string, unknown> = {}): Promise<Answer> => {
  const token = house.maced(claims);
  return house.post(path, body, house.dpop(path, token));
};
const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
const good = (): Record<string, unknown> => ({ credentialID: house.sam.credentialId, hashes: [digest('a')], signAlgo: ECDSA });
const signing = (body: unknown, claims: Record<string, unknown> = {}): Promise<Answer> => service(SIGN, body, credentialClaims(house, claims));
const executed = (): Request<SamDoor['execute']> => house.sam.asked.findLast(({ message }) => message === 'execute')!.request as Request<SamDoor['execute']>;

test('info is open to everyone and says what is offered', async () => {
  const { status, json } = await house.post('/csc/v2/info', {});
  assert.equal(status, 200);
  assert.equal(json['specs'], '2.0.0.2');
  assert.equal(json['oauth2'], 'http://localhost:8401');
  assert.deepEqual(json['authType'], ['oauth2code']);
  assert.deepEqual(json['signAlgorithms'], { algos: [ECDSA], algoParams: [''] });
  assert.ok((json['methods'] as string[]).includes('signatures/signHash'));
  assert.equal((await house.send('POST', '/csc/v2/info', '')).status, 200, 'no body is no parameter');
});

test('credentials/list gives the credentials of the token\'s user', async () => {
  assert.deepEqual((await service(LIST, {})).json, { credentialIDs: [house.sam.credentialId] });
  const { json } = await service(LIST, { credentialInfo: true, certificates: 'chain', onlyValid: true, lang: null, clientData: null });
  assert.equal(json['onlyValid'], true);
  const [info] = json['credentialInfos'] as { credentialID: string; key: object; auth: object; SCAL: string; cert: Record<string, unknown> }[];
  assert.equal(info!.credentialID, house.sam.credentialId);
  assert.deepEqual(info!.key, { status: 'enabled', algo: [ECDSA], len: 256, curve: '1.2.840.10045.3.1.7' });
  assert.deepEqual(info!.auth, { mode: 'oauth2code', objects: [] });
  assert.equal(info!.SCAL, '2');
  const certificate = new X509Certificate(Buffer.from((info!.cert['certificates'] as string[])[0]!, 'base64'));
  assert.equal(info!.cert['serialNumber'], certificate.serialNumber.toLowerCase());
  assert.equal(info!.cert['subjectDN'], 'CN=佐藤 花子,C=JP');
  assert.equal(info!.cert['issuerDN'], 'O=Played\\, \\"CA\\",C=JP');
  assert.deepEqual([info!.cert['validFrom'], info!.cert['validTo'], info!.cert['status']], ['20260101000000Z', '20360101000000Z', 'valid']);
});

test('credentials/info follows the request for certificates', async () => {
  const ask = async (certificates?: string): Promise<unknown> =>
    ((await service(INFO, { credentialID: house.sam.credentialId, certificates })).json['cert'] as Record<string, unknown>)['certificates'];
  assert.equal(((await ask()) as string[]).length, 1);
  assert.equal(((await ask('chain')) as string[]).length, 1);
  assert.equal(await ask('none'), undefined);
});

test('a frozen key is disabled, and not listed as usable', async () => {
  house.sam.state = 'suspended';
  const { json } = await service(INFO, { credentialID: house.sam.credentialId });
  assert.equal((json['key'] as { status: string }).status, 'disabled');
  assert.deepEqual((await service(LIST, { onlyValid: true })).json['credentialIDs'], []);
  assert.deepEqual((await service(LIST, {})).json['credentialIDs'], [house.sam.credentialId]);
  house.sam.state = 'active';
});

test('an application that acts for itself may ask for a certificate, and for no list and no name of a key', async () => {
  const { status, json } = await service(INFO, { credentialID: house.sam.credentialId }, { sub: undefined });
  assert.equal(status, 200);
  assert.equal(json['description'], undefined);
  assert.equal(((json['cert'] as Record<string, unknown>)['certificates'] as string[]).length, 1);
  const list = await service(LIST, { userID: house.sam.signerId }, { sub: 'app' });
  assert.deepEqual([list.status, list.json], [400, { error: 'invalid_request', error_description: 'Invalid parameter userID' }]);
});

test('other people\'s credentials are answered like unknown ones, and like ids that are none', async () => {
  const unknown = randomBytes(16).toString('hex');
  const stranger = randomBytes(16).toString('hex');
  const expected = { error: 'invalid_request', error_description: 'Invalid parameter credentialID' };
  const answers = [
    await service(INFO, { credentialID: house.sam.credentialId }, { sub: stranger }),
    await service(INFO, { credentialID: unknown }),
    await service(INFO, { credentialID: house.sam.credentialId.toUpperCase() }),
    await service(INFO, { credentialID: 'x' }),
    await service(INFO, { credentialID: unknown }, credentialClaims(house)),
    await service(INFO, { credentialID: house.sam.credentialId }, credentialClaims(house, { credentialID: unknown })),
    await signing({ ...good(), credentialID: unknown }),
  ];
  for (const { status, json } of answers) assert.deepEqual([status, json], [400, expected]);
  const headers = answers.slice(0, 2).map(({ headers }) => ({ ...headers, date: '', 'x-request-id': '' }));
  assert.deepEqual(headers[0], headers[1]);
});

test('signHash hands over what the call says and gives back what the SAM gives', async () => {
  const { status, json } = await signing({ ...good(), hashes: [digest('a'), digest('b')], hashAlgorithmOID: SHA256, operationMode: 'S', SAD: null, validity_period: -1 });
  assert.equal(status, 200);
  const signatures = json['signatures'] as string[];
  const key = new X509Certificate(house.sam.credential.chain[0]!).publicKey;
  assert.ok(verify('sha256', Buffer.from(digest('b'), 'base64'), key, Buffer.from(signatures[1]!, 'base64')), 'in the order of the call');
  const request = executed();
  assert.equal(Buffer.from(request.handle).toString('base64url'), house.handle);
  assert.equal(request.clientId, 'app');
  assert.equal(Buffer.from(request.clientKeyThumbprint).toString('base64url'), house.client.thumbprint);
  assert.deepEqual([request.hashAlgorithm, request.signatureAlgorithm, request.signatureParameters], [SHA256, ECDSA, null]);
});

test('the request id of the answer is the one under which the SAM was asked', async () => {
  const { headers } = await signing(good());
  assert.equal(house.sam.asked.at(-1)!.requestId, headers['x-request-id']);
});

test('a service token in the header and the credential token as SAD do the same, for one client, key and user', async () => {
  const sad = house.maced(credentialClaims(house));
  assert.equal((await service(SIGN, { ...good(), SAD: sad })).status, 200);
  assert.equal((await service(SIGN, { ...good(), SAD: sad }, { sub: undefined })).status, 200);
  const token = house.maced(credentialClaims(house));
  assert.equal((await house.post(SIGN, { ...good(), SAD: token }, house.dpop(SIGN, token))).status, 200, 'the same token twice is one token');
  assert.equal((await house.post(SIGN, { ...good(), SAD: sad }, house.dpop(SIGN, token))).json['error_description'], 'Invalid parameter SAD', 'two tokens are not');
  const wrong: readonly (readonly [string, string])[] = [
    ['Invalid parameter SAD', house.maced(credentialClaims(house, { client_id: 'bearer-app', cnf: undefined }))],
    ['Invalid parameter SAD', house.maced(credentialClaims(house, { sub: randomBytes(16).toString('hex') }))],
    ['Invalid parameter SAD', house.maced(credentialClaims(house, { cnf: { jkt: newClient().thumbprint } }))],
    ['Invalid parameter SAD', house.maced({})],
    ['Invalid parameter SAD', house.maced(credentialClaims(house), {}, randomBytes(32))],
    ['Invalid parameter SAD', 'none'],
    ['SAD expired', house.maced(credentialClaims(house, { exp: house.now - 1 }))],
  ];
  for (const [text, other] of wrong) assert.equal((await service(SIGN, { ...good(), SAD: other })).json['error_description'], text);
  assert.equal((await service(SIGN, good())).json['error_description'], 'Missing (or invalid type) string parameter SAD');
});

test('a bearer client presents no key', async () => {
  const token = house.maced(credentialClaims(house, { client_id: 'bearer-app', cnf: undefined }));
  assert.equal((await house.post(SIGN, good(), house.bearer(token))).status, 200);
  assert.deepEqual(Buffer.from(executed().clientKeyThumbprint), Buffer.alloc(32));
});

const plain = digest('x+/');
const spellings: readonly (readonly [string, Record<string, unknown>])[] = [
  ['v1 names', { hash: [plain], hashAlgo: SHA256 }],
  ['base64url without padding', { hashes: [Buffer.from(plain, 'base64').toString('base64url')] }],
  ['missing padding', { hashes: [plain.replace(/=+$/, '')] }],
  ['percent-encoding', { hashes: [encodeURIComponent(plain)] }],
  ['one text', { hashes: plain }],
  ['both names with one value', { hashes: [plain], hash: [plain] }],
  ['nulls and empty texts', { hashes: [plain], hashAlgorithmOID: '', signAlgoParams: null, operationMode: null }],
];
for (const [what, fields] of spellings) {
  test(`reads ${what} as the same bytes`, async () => {
    const { status, text } = await signing({ credentialID: house.sam.credentialId, signAlgo: ECDSA, ...fields });
    assert.equal(status, 200, text);
    assert.deepEqual(Buffer.from(executed().dtbsrs[0]!), Buffer.from(plain, 'base64'));
  });
}

test('reads several hashes in one text, and snake_case names', async () => {
  const { status } = await signing({ credential_id: house.sam.credentialId, sign_algo: ECDSA, hashes: `${digest('a')};${digest('b')}` });
  assert.equal(status, 200);
  assert.equal(executed().dtbsrs.length, 2);
});

test('bare RSA with a hash algorithm, and PSS with parameters, become the algorithm that they mean', async () => {
  await signing({ ...good(), signAlgo: '1.2.840.113549.1.1.1', hashAlgorithmOID: SHA256 });
  assert.equal(executed().signatureAlgorithm, '1.2.840.113549.1.1.11');
  const parameters = 'MDSgDzANBglghkgBZQMEAgEFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgEFAKIDAgEg';
  await signing({ ...good(), signAlgo: '1.2.840.113549.1.1.10', signAlgoParams: parameters });
  assert.equal(executed().signatureAlgorithm, '1.2.840.113549.1.1.10');
  assert.notEqual(executed().signatureParameters, null);
});

const badCalls: readonly (readonly [string, Record<string, unknown>])[] = [
  ['Missing (or invalid type) string parameter credentialID', { credentialID: undefined }],
  ['Missing (or invalid type) string parameter credentialID', { credentialID: 7 }],
  ['Missing (or invalid type) array parameter hash', { hashes: undefined }],
  ['Missing (or invalid type) array parameter hashes', { hashes: [7] }],
  ['Missing (or invalid type) array parameter hashes', { hashes: {} }],
  ['Empty hash array', { hashes: [] }],
  ['Invalid Base64 hash string parameter', { hashes: ['!!'] }],
  ['Invalid Base64 hash string parameter', { hashes: ['%zz'] }],
  ['Invalid Base64 hash string parameter', { hashes: ['%FF%FE'] }],
  ['Invalid Base64 hash string parameter', { hashes: ['A'.repeat(600)] }],
  ['Invalid digest value length', { hashes: [digest('a').slice(0, 40)] }],
  ['Invalid digest value length', { hashes: [createHash('sha512').update('a').digest('base64')] }],
  ['Invalid digest value length', { hashes: [digest('a'), ''] }],
  ['Hash is not authorized by the SAD', { hashes: Array<string>(1001).fill('AAAA') }],
  ['Missing (or invalid type) string parameter signAlgo', { signAlgo: undefined }],
  ['Invalid parameter signAlgo', { signAlgo: '1.2.840.113549.1.1.5' }],
  ['Invalid parameter signAlgo', { signAlgo: 'ECDSA' }],
  ['Missing (or invalid type) string parameter hashAlgorithmOID', { signAlgo: '1.2.840.113549.1.1.1' }],
  ['Invalid parameter hashAlgorithmOID', { hashAlgorithmOID: '1.3.14.3.2.26' }],
  ['Invalid parameter hashAlgorithmOID', { hashAlgorithmOID: '2.16.840.1.101.3.4.2.3' }],
  ['Missing (or invalid type) string parameter signAlgoParams', { signAlgo: '1.2.840.113549.1.1.10' }],
  ['Invalid parameter signAlgoParams', { signAlgo: '1.2.840.113549.1.1.10', signAlgoParams: 'AAAA' }],
  ['Invalid parameter operationMode', { operationMode: 'A' }],
  ['Invalid parameter clientData', { clientData: 'x'.repeat(5000) }],
  ['Missing (or invalid type) string parameter clientData', { clientData: {} }],
  ['Contradicting values for parameter hashes', { hash: [digest('b')] }],
  ['Contradicting values for parameter signAlgo', { sign_algo: '1.2.840.10045.4.3.3' }],
];
for (const [text, fields] of badCalls) {
  test(`signHash with ${JSON.stringify(fields).slice(0, 60)}: ${text}; and the next good call works`, async () => {
    const before = house.sam.asked.length;
    const { status, json } = await signing({ ...good(), ...fields });
    assert.deepEqual([status, json], [400, { error: 'invalid_request', error_description: text }]);
    assert.equal(house.sam.asked.length, before, 'the SAM was not asked');
    assert.equal((await signing(good())).status, 200);
  });
}

const badQuestions: readonly (readonly [string, string, unknown])[] = [
  ['userID parameter MUST be null', LIST, { userID: 'somebody' }],
  ['Invalid parameter certificates', LIST, { certificates: 'all' }],
  ['Missing (or invalid type) boolean parameter credentialInfo', LIST, { credentialInfo: 'true' }],
  ['Missing (or invalid type) string parameter credentialID', INFO, {}],
  ['Missing (or invalid type) string parameter credentialID', INFO, { credentialID: null }],
  ['Missing (or invalid type) string parameter credentialID', INFO, { credentialID: ['a'] }],
  ['Invalid parameter certificates', INFO, { credentialID: 'a', certificates: 'all' }],
];
for (const [text, path, body] of badQuestions) {
  test(`${path} with ${JSON.stringify(body)}: ${text}`, async () => {
    const { status, json } = await service(path, body);
    assert.deepEqual([status, json], [400, { error: 'invalid_request', error_description: text }]);
  });
}

const badBodies: readonly (readonly [string, string | Uint8Array, number])[] = [
  ['no JSON', '{', 400],
  ['a list', '[]', 400],
  ['a text', '"a"', 400],
  ['a name twice', '{"lang":"en","lang":"ja"}', 400],
  ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 400],
  ['too deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
  ['too large', `{"a":"${'x'.repeat(400_000)}"}`, 413],
];
for (const path of [LIST, INFO, SIGN]) {
  for (const [what, body, expected] of badBodies) {
    test(`${path} refuses ${what} in the words of the CSC API`, async () => {
      const token = house.maced(path === SIGN ? credentialClaims(house) : {});
      const { status, json } = await house.send('POST', path, body, house.dpop(path, token));
      assert.equal(status, expected);
      assert.equal(json['error'], 'invalid_request');
      assert.match(json['error_description'] as string, /^The request is missing a required parameter/);
    });
  }
}

test('another media type, another verb, an unknown method', async () => {
  const token = house.maced();
  assert.equal((await house.send('POST', LIST, 'a=b', { ...house.dpop(LIST, token), 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await house.send('GET', '/csc/v2/info', undefined)).status, 405);
  for (const method of ['signatures/signDoc', 'credentials/authorize', 'credentials/extendTransaction', 'auth/login', 'nothing']) {
    const { status, json } = await house.post(`/csc/v2/${method}`, {});
    assert.deepEqual([status, json['error']], [501, 'not_implemented']);
  }
});

const refusals: readonly (readonly [string, number, string, string])[] = [
  ['list_mismatch', 400, 'invalid_request', 'Hash is not authorized by the SAD'],
  ['handle_unknown', 400, 'invalid_request', 'Invalid parameter SAD'],
  ['op_spent', 400, 'invalid_request', 'Invalid parameter SAD'],
  ['op_indeterminate', 500, 'server_error', 'The outcome of an earlier attempt is not known; it is not tried again, and signing anew may sign twice'],
  ['handle_expired', 400, 'invalid_request', 'SAD expired'],
  ['algorithm_mismatch', 400, 'invalid_request', 'Invalid parameter signAlgo'],
  ['sealed', 503, 'temporarily_unavailable', 'The service is temporarily unavailable'],
  ['busy', 503, 'temporarily_unavailable', 'The service is busy; try again shortly'],
  ['some_code_of_tomorrow', 500, 'server_error', 'The service met an unexpected condition'],
];
for (const [code, status, error, text] of refusals) {
  test(`the SAM's ${code} is ${status} ${text}`, async () => {
    house.sam.refusals.set('execute', code);
    const answer = await signing(good());
    house.sam.refusals.clear();
    assert.deepEqual([answer.status, answer.json], [status, { error, error_description: text }]);
    if (status === 503) assert.equal(answer.headers['retry-after'], '1');
  });
}

test('the OpenAPI document knows every method', async () => {
  const { paths } = JSON.parse((await house.send('GET', '/openapi.json', undefined)).text) as { paths: Record<string, unknown> };
  for (const path of [LIST, INFO, SIGN, '/csc/v2/info', '/signer/v1/authorise', '/officer/v1/approve']) assert.ok(paths[path] !== undefined, path);
});
