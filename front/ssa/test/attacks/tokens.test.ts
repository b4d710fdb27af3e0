// SPDX-License-Identifier: Apache-2.0
// Tokens that were stolen, made up, or given for something else.
import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { suite } from 'node:test';
import { type Answer, credentialClaims, type House, ISSUER, newClient, openHouse, SSA_URL } from '../played/house.ts';
import { accepted, attack, attackByConstruction } from './stage.ts';

const SIGN = '/csc/v2/signatures/signHash';
const INFO = '/csc/v2/credentials/info';
const LIST = '/csc/v2/credentials/list';

const digest = (): string => createHash('sha256').update(randomBytes(8)).digest('base64');
const body = (house: House, more: object = {}): object => ({
  credentialID: house.sam.credentialId,
  hashes: [digest()],
  signAlgo: '1.2.840.10045.4.3.2',
  ...more,
});
function signHash(house: House, headers: Record<string, string | readonly string[]>, more: object = {}): Promise<Answer> {
  return accepted(house.post(SIGN, body(house, more), headers));
}
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Claims as the IdP writes them, for a token that the attacker makes. */
function claimsOf(house: House): Record<string, unknown> {
  const made = house.maced(credentialClaims(house)).split('.')[1]!;
  return JSON.parse(Buffer.from(made, 'base64url').toString()) as Record<string, unknown>;
}

suite('attacks with tokens', () => {
  attack({
    id: 'OAU-06',
    title: "one client's approval in the hands of another",
    guard: 'signatures/checks/same-presenter.ts',
    code: 'Invalid parameter SAD',
    event: null,
    run: async (house, strike) => {
      const mine = house.maced({ client_id: 'bearer-app', cnf: undefined });
      const stolen = house.maced(credentialClaims(house));
      await strike(() => signHash(house, house.bearer(mine), { SAD: stolen }));
    },
  });

  attack({
    id: 'OAU-06',
    title: "one user's approval with another's login",
    guard: 'signatures/checks/same-presenter.ts',
    code: 'Invalid parameter SAD',
    event: null,
    run: async (house, strike) => {
      const mine = house.maced({ sub: randomBytes(16).toString('hex') });
      await strike(() => signHash(house, house.dpop(SIGN, mine), { SAD: house.maced(credentialClaims(house)) }));
    },
  });

  attack({
    id: 'OAU-07',
    title: 'a token of scope service signs',
    guard: 'caller/checks/one-scope.ts',
    code: 'Missing (or invalid type) string parameter SAD',
    event: null,
    run: async (house, strike) => {
      const token = house.maced(credentialClaims(house, { scope: 'service' }));
      await strike(() => signHash(house, house.dpop(SIGN, token)));
    },
  });

  attack({
    id: 'OAU-07',
    title: 'a token of scope service as SAD',
    guard: 'caller/checks/one-scope.ts',
    code: 'Invalid parameter SAD',
    event: null,
    run: async (house, strike) => {
      const token = house.maced();
      await strike(() => signHash(house, house.dpop(SIGN, token), { SAD: house.maced(credentialClaims(house, { scope: 'service' })) }));
    },
  });

  const forged: readonly (readonly [title: string, make: (house: House) => string])[] = [
    ['a token of algorithm none', (house) => `${part({ typ: 'at+jwt', alg: 'none' })}.${part(claimsOf(house))}.`],
    ['a token without a MAC', (house) => `${part({ typ: 'at+jwt', alg: 'HS256' })}.${part(claimsOf(house))}.AA`],
    ['a token under another key', (house) => house.maced(credentialClaims(house), {}, randomBytes(32))],
    ['a token under another algorithm', (house) => house.maced(credentialClaims(house), { alg: 'HS512' })],
    ['a token signed by a key of its own', (house) => signedByItself(claimsOf(house))],
    ['a token MACed with a published key', (house) => macedWithPublicKey(claimsOf(house))],
  ];
  for (const [title, make] of forged)
    attack({
      id: 'OAU-09',
      title,
      guard: 'caller/checks/token-authentic.ts',
      code: 'invalid_token',
      event: null,
      run: async (house, strike) => {
        const token = make(house);
        await strike(() => signHash(house, house.dpop(SIGN, token)));
      },
    });

  type Headers = Record<string, string>;
  type MakeHeaders = (house: House, token: string) => Promise<Headers> | Headers;
  const proofs: readonly (readonly [title: string, headers: MakeHeaders])[] = [
    ['without a proof', (_, token) => ({ authorization: `DPoP ${token}` })],
    ['with a proof of another method', (house, token) => house.dpop(SIGN, token, { htm: 'GET' })],
    ['with a proof for another address', (house, token) => house.dpop(LIST, token)],
    ['with a proof for another server', (house, token) => house.dpop(SIGN, token, { htu: `http://127.0.0.1:9999${SIGN}` })],
    ['with a proof of another token', (house, token) => ({ ...house.dpop(SIGN, house.maced()), authorization: `DPoP ${token}` })],
    ['with an old proof', (house, token) => house.dpop(SIGN, token, { iat: house.now - 100 })],
    ['with a proof from tomorrow', (house, token) => house.dpop(SIGN, token, { iat: house.now + 86_400 })],
    ["with the thief's own key", (house, token) => house.dpop(SIGN, token, {}, newClient())],
    ['with a proof that was used', async (house, token) => {
      const headers = house.dpop(SIGN, token);
      await signHash(house, headers);
      return headers;
    }],
  ];
  for (const [title, headers] of proofs)
    attack({
      id: 'OAU-10',
      title: `a stolen token, ${title}`,
      guard: 'standards:oauth/dpop-proof.ts',
      code: 'invalid_dpop_proof',
      event: null,
      run: async (house, strike) => {
        const sent = await headers(house, house.maced(credentialClaims(house)));
        await strike(() => signHash(house, sent));
      },
    });

  attack({
    id: 'OAU-13',
    title: "another user's credential",
    guard: 'credentials/checks/own-credential.ts',
    code: 'Invalid parameter credentialID',
    event: null,
    gains: 'answer',
    run: async (house, strike) => {
      const token = house.maced({ sub: randomBytes(16).toString('hex') });
      const ask = (credentialID: string): Promise<Answer> => house.post(INFO, { credentialID }, house.dpop(INFO, token));
      const theirs = await strike(() => accepted(ask(house.sam.credentialId)));
      if (theirs !== undefined) return;
      const [known, unknown, none] = [await ask(house.sam.credentialId), await ask(randomBytes(16).toString('hex')), await ask('none')];
      assert.deepEqual([known.status, known.text], [unknown.status, unknown.text], 'as if there were none');
      assert.deepEqual([known.status, known.text], [none.status, none.text]);
    },
  });
});

function signedByItself(claims: Record<string, unknown>): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const input = `${part({ typ: 'at+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${part(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function macedWithPublicKey(claims: Record<string, unknown>): string {
  const input = `${part({ typ: 'at+jwt', alg: 'HS256', kid: 'idp' })}.${part({ ...claims, iss: ISSUER })}`;
  return `${input}.${createHmac('sha256', `${SSA_URL} public`).update(input).digest('base64url')}`;
}

attackByConstruction({
  id: 'DOS-04',
  title: 'texts that a pattern could choke on',
  code: 'invalid_request',
  because: 'no pattern of ours goes back over a text, so none of these is refused for its length or form alone',
}, async () => {
  const house = await openHouse({ burst: 1000 });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  try {
    const token = house.maced();
    const pieces = ['a', '%', ',', ';', '=', 'a,', '%25', ' ', '-_', '\\u0000', '[', 'é'];
    const long = pieces.map((piece) => piece.repeat(Math.floor(60_000 / piece.length)));
    delay.enable();
    for (const text of long) {
      for (const fields of [
        { credentialID: text },
        { hashes: [text] },
        { hashes: text },
        { signAlgo: text },
        { signAlgoParams: text },
        { clientData: text },
      ])
        assert.ok([400, 401].includes((await house.post(SIGN, body(house, fields), house.dpop(SIGN, token))).status));
      const header = Buffer.from(text).toString('latin1').replaceAll(/[^\x20-\x7e]/g, 'x').slice(0, 8000);
      for (const headers of [
        { authorization: `DPoP ${header}!` },
        { ...house.dpop(LIST, token), dpop: `${header}.` },
        { authorization: header },
      ])
        assert.ok([400, 401].includes((await house.post(LIST, {}, headers)).status));
    }
    delay.disable();
    // One answer takes a millisecond; a pattern that chokes takes minutes. The rest is for a busy machine.
    assert.ok(delay.max < 1e9, `nobody was served for ${Math.round(delay.max / 1e6)} ms`);
    assert.equal((await house.post(LIST, {}, house.dpop(LIST, token))).status, 200);
  } finally {
    await house.close();
  }
});
