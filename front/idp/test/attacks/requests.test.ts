// SPDX-License-Identifier: Apache-2.0
// Requests, clients and logins that are not what they say.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { loginChallengePreimage } from '@sigillo/doors/sap';
import { toBase64url } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';
import { Browser, fromFragment } from '../played/browser.ts';
import { Application, HASHES, KEY_ID, refusal, SHA256 } from '../played/client.ts';
import { CALLBACK, house, SIGN_ORIGIN } from '../played/house.ts';
import { logIn } from '../played/page.ts';
import { Passkey } from '../played/passkey.ts';
import { clientAssertion, type Form, pushed } from '../played/raw.ts';
import { attack, attackByConstruction, type Scene } from './stage.ts';

type Json = Readonly<Record<string, unknown>>;

/** An answer that was a refusal. */
class Refused extends Error {
  readonly code: string;

  constructor(code: unknown) {
    super(String(code));
    this.code = String(code);
  }
}

async function sent(url: string, init: RequestInit): Promise<Json> {
  const answer = await fetch(url, { method: 'POST', ...init });
  const body = (await answer.json()) as Json;
  if (answer.status >= 400) throw new Refused(body['error'] ?? body['code']);
  return body;
}

function push({ issuer }: Scene, changes: Parameters<typeof pushed>[0], aud: unknown = issuer): Promise<Json> {
  const fields: Form = pushed({ ...clientAssertion('example-dpop', { claims: { aud } }), ...changes });
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return sent(`${issuer}/oauth2/pushed_authorize`, { body: new URLSearchParams(pairs) });
}

const postJson = ({ issuer }: Scene, path: string, body: Json): Promise<Json> =>
  sent(`${issuer}${path}`, { headers: { 'content-type': 'application/json', origin: SIGN_ORIGIN }, body: JSON.stringify(body) });

suite('attacks with requests', () => {
  attack({
    id: 'OAU-02',
    title: 'a request whose code whoever finds it could redeem',
    guard: 'provider/checks/proof-key.ts',
    code: 'invalid_request',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      await strike(() => push(scene, { code_challenge: undefined, code_challenge_method: undefined }));
      await push(scene, {});
    },
  });

  attack({
    id: 'OAU-05',
    title: 'a request in the address, where it can be altered',
    guard: 'provider/checks/must-push.ts',
    code: 'invalid_request',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const simple = {
        client_id: 'example-dpop',
        response_type: 'code',
        redirect_uri: CALLBACK,
        scope: 'service',
        state: 's',
        dpop_jkt: 'A'.repeat(43),
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      };
      await strike(async () => {
        const at = await new Browser().go(`${scene.issuer}/oauth2/authorize?${new URLSearchParams(simple).toString()}`);
        const error = at.searchParams.get('error');
        if (error !== null) throw new Refused(error);
        assert.equal(at.pathname, '/login', 'the signer is asked');
        return at;
      });
    },
  });

  const audiences: readonly (readonly [title: string, aud: (scene: Scene) => unknown])[] = [
    ['for a list of audiences', ({ issuer }) => [issuer]],
    ['for us and another server', ({ issuer }) => [issuer, 'http://localhost:1']],
    ['for the token endpoint', ({ issuer }) => `${issuer}/oauth2/token`],
    ['for this very address', ({ issuer }) => `${issuer}/oauth2/pushed_authorize`],
  ];
  for (const [title, aud] of audiences)
    attack({
      id: 'OAU-08',
      title: `a client assertion ${title}`,
      guard: 'provider/checks/assertion-audience.ts',
      code: 'invalid_client',
      event: null,
      gains: 'answer',
      run: async (scene, strike) => {
        await strike(() => push(scene, {}, aud(scene)));
        await push(scene, {});
      },
    });

  attack({
    id: 'IDP-02',
    title: 'an answer to another nonce',
    guard: 'login/assertion.ts',
    code: 'assertion_refused',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const passkey = new Passkey();
      const { request_uri } = await push(scene, { scope: 'service', authorization_details: undefined });
      const asked = new URLSearchParams({ client_id: 'example-dpop', request_uri: String(request_uri) });
      const screen = await new Browser().go(`${scene.issuer}/oauth2/authorize?${asked.toString()}`);
      const begun = await postJson(scene, '/signer/v1/login/begin', { code: fromFragment(screen, 'code') });
      const other = sha256(loginChallengePreimage(String(begun['issuer']), toBase64url(random(32))));
      await strike(() => postJson(
        scene,
        '/signer/v1/login/finish',
        { session: begun['session'], ...house.sam.login(passkey), assertion: passkey.answer(other) },
      ));
    },
  });
});

const application = await Application.open('example-dpop');

/** As far as the code, in the signer's browser. */
async function withCode(): Promise<{ readonly back: URL; readonly asked: Awaited<ReturnType<Application['push']>> }> {
  const asked = await application.push({ scope: 'service' });
  const browser = new Browser();
  return { asked, back: await logIn(browser, await browser.go(asked.url), new Passkey()) };
}

attackByConstruction({ id: 'OAU-01', title: 'an answer of one authority passed on as that of another', code: 'iss' }, async () => {
  const { back, asked } = await withCode();
  assert.equal(back.searchParams.get('iss'), house.issuer, 'every answer says whose it is');
  for (const issuer of ['http://localhost:1', null]) {
    const mixed = new URL(back);
    if (issuer === null) mixed.searchParams.delete('iss');
    else mixed.searchParams.set('iss', issuer);
    await assert.rejects(application.redeem(mixed, asked), { code: 'OAUTH_INVALID_RESPONSE' });
  }
  assert.ok((await application.redeem(back, asked)).access_token, 'nobody else was given the code');
});

attackByConstruction({ id: 'OAU-02', title: "one signer's code in another's session", code: 'invalid_grant' }, async () => {
  const [victim, thief] = [await withCode(), await withCode()];
  const injected = new URL(thief.back);
  injected.searchParams.set('code', victim.back.searchParams.get('code')!);
  assert.match(await refusal(application.redeem(injected, thief.asked)), /^invalid_grant/);
});

attackByConstruction({ id: 'OAU-03', title: "another client's request_uri", code: 'invalid_request_object' }, async () => {
  const { url } = await application.push({ scope: 'service' });
  url.searchParams.set('client_id', 'example-bearer');
  assert.equal((await new Browser().go(url)).searchParams.get('error'), 'invalid_request_object');
  url.searchParams.set('client_id', 'example-dpop');
  assert.equal((await new Browser().go(url)).pathname, '/login', 'its own still works');
});

attackByConstruction({ id: 'OAU-04', title: 'a request_uri again', code: 'invalid_request_uri' }, async () => {
  const { url } = await application.push({ scope: 'service' });
  const [first, second] = [new Browser(), new Browser()];
  const screens = [await first.go(url), await second.go(url)];
  assert.equal((await logIn(first, screens[0]!, new Passkey())).searchParams.get('error'), null);
  assert.equal((await logIn(second, screens[1]!, new Passkey())).searchParams.get('error'), 'invalid_request_uri');
  assert.equal((await new Browser().go(url)).searchParams.get('error'), 'invalid_request_uri');
});

attackByConstruction({ id: 'OAU-05', title: 'a pushed request with other words beside it', code: 'as it was pushed' }, async () => {
  const { url, checks } = await application.push({ scope: 'service' });
  for (const [name, value] of [
    ['scope', 'credential'],
    ['redirect_uri', 'http://evil.example/'],
    ['state', 'other'],
    ['credentialID', KEY_ID],
    ['hashes', HASHES[0]],
    ['hashAlgorithmOID', SHA256],
  ] as const)
    url.searchParams.set(name, value);
  const browser = new Browser();
  const screen = await browser.go(url);
  assert.equal(screen.pathname, '/login');
  const back = await logIn(browser, screen, new Passkey());
  assert.equal(`${back.origin}${back.pathname}`, CALLBACK);
  assert.equal(back.searchParams.get('state'), checks.expectedState);
  assert.equal((await application.redeem(back, { url, checks })).scope, 'service');
});
