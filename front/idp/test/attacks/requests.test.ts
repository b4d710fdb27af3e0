// SPDX-License-Identifier: Apache-2.0
// Requests, clients and logins that are not what they say.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { loginChallengePreimage } from '@sigillo/doors/sap';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';
import { Browser, fromFragment } from '../played/browser.ts';
import { Application, details, HASHES, KEY_ID, SHA256 } from '../played/client.ts';
import { racing } from '../played/held-rows.ts';
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

/** From the page's login screen on, with an answer to the nonce that was given or to another. */
async function finishedLogin(scene: Scene, screen: URL, nonce?: string): Promise<Json> {
  const passkey = new Passkey();
  const begun = await postJson(scene, '/signer/v1/login/begin', { code: fromFragment(screen, 'code') });
  const challenge = sha256(loginChallengePreimage(String(begun['issuer']), nonce ?? String(begun['nonce'])));
  const answer = { session: begun['session'], ...house.sam.login(passkey), assertion: passkey.answer(challenge) };
  return postJson(scene, '/signer/v1/login/finish', answer);
}

/** The address that starts what was pushed. */
function startOf({ issuer }: Scene, { request_uri }: Json): string {
  return `${issuer}/oauth2/authorize?${new URLSearchParams({ client_id: 'example-dpop', request_uri: String(request_uri) }).toString()}`;
}

const SERVICE = { scope: 'service', authorization_details: undefined };

suite('attacks with requests', () => {
  attack({
    id: 'DOS-02',
    title: 'a pushed request that is longer than the longest list needs',
    guard: 'provider/checks/form-length.ts',
    code: 'body_too_large',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const named = (label: string): string => details({ documentDigests: Array.from({ length: 100 }, () => ({ hash: HASHES[0], label })) });
      await strike(() => push(scene, { authorization_details: named('名'.repeat(1500)) }));
      await push(scene, { authorization_details: named('名'.repeat(1000)) });
    },
  });

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
      const screen = await new Browser().go(startOf(scene, await push(scene, SERVICE)));
      await strike(() => finishedLogin(scene, screen, toBase64url(random(32))));
    },
  });

  attack({
    id: 'OAU-02',
    title: "one signer's code in another's session",
    guard: 'provider/checks/proof-key.ts',
    code: 'invalid_grant',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const [victim, thief] = [await BearerLogin.of(scene), await BearerLogin.of(scene)];
      await strike(() => thief.redeem(victim.code));
      assert.ok((await thief.redeem(thief.code))['access_token']);
    },
  });

  attack({
    id: 'OAU-04',
    title: 'a request_uri again, in another browser at the same time',
    guard: 'database/checks/first-use.ts',
    code: 'invalid_request_uri',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      await strike(async () => {
        const backs = await raced(scene);
        assert.ok(backs.some((back) => back.searchParams.has('code')), 'the request is used');
        const refused = backs.find((back) => back.searchParams.has('error'));
        if (refused !== undefined) throw new Refused(refused.searchParams.get('error'));
      });
    },
  });
});

/** One pushed request that two signers have begun; both end at the same time. */
async function raced(scene: Scene): Promise<URL[]> {
  const start = startOf(scene, await push(scene, SERVICE));
  const ends: (() => Promise<URL>)[] = [];
  for (const browser of [new Browser(), new Browser()]) {
    const { next } = await finishedLogin(scene, await browser.go(start));
    ends.push(() => browser.go(String(next)));
  }
  const pushedRequests = `select 1 from oidc where model = 'PushedAuthorizationRequest'`;
  return racing(pushedRequests, [], ends.length, () => Promise.all(ends.map((end) => end())));
}

/** An application that keeps no more than what the IdP asks of it, as far as the code. */
class BearerLogin {
  readonly code: string;
  readonly #scene: Scene;
  readonly #verifier: string | undefined;

  private constructor(scene: Scene, code: string, verifier: string | undefined) {
    this.#scene = scene;
    this.code = code;
    this.#verifier = verifier;
  }

  static async of(scene: Scene): Promise<BearerLogin> {
    const verifier = toBase64url(random(32));
    const challenge = { code_challenge: toBase64url(sha256(utf8(verifier))), code_challenge_method: 'S256' };
    const bare = await BearerLogin.#push(scene, { code_challenge: undefined, code_challenge_method: undefined }).catch(() => undefined);
    const { request_uri } = bare ?? (await BearerLogin.#push(scene, challenge));
    const browser = new Browser();
    const start = new URLSearchParams({ client_id: 'example-bearer', request_uri: String(request_uri) });
    const screen = await browser.go(`${scene.issuer}/oauth2/authorize?${start.toString()}`);
    const back = await browser.go(String((await finishedLogin(scene, screen))['next']));
    return new BearerLogin(scene, back.searchParams.get('code')!, bare === undefined ? verifier : undefined);
  }

  static #push(scene: Scene, challenge: Parameters<typeof pushed>[0]): Promise<Json> {
    return push(scene, { ...asBearer(scene), ...SERVICE, dpop_jkt: undefined, ...challenge });
  }

  /** With the proof of its own session, whatever the code. */
  redeem(code: string): Promise<Json> {
    const proof = this.#verifier === undefined ? {} : { code_verifier: this.#verifier };
    const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...asBearer(this.#scene), ...proof };
    return sent(`${this.#scene.issuer}/oauth2/token`, { body: new URLSearchParams(fields) });
  }
}

function asBearer({ issuer }: Scene): Record<string, string> {
  return clientAssertion('example-bearer', { claims: { aud: issuer } });
}

const application = await Application.open('example-dpop');

/** As far as the code, in the signer's browser. */
async function withCode(): Promise<{ readonly back: URL; readonly asked: Awaited<ReturnType<Application['push']>> }> {
  const asked = await application.push({ scope: 'service' });
  const browser = new Browser();
  return { asked, back: await logIn(browser, await browser.go(asked.url), new Passkey()) };
}

attackByConstruction({
  id: 'OAU-01',
  title: 'an answer of one authority passed on as that of another',
  code: 'iss',
  because: 'the library names the issuer in every answer, and the application compares it',
}, async () => {
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

attackByConstruction({
  id: 'OAU-03',
  title: "another client's request_uri",
  code: 'invalid_request_object',
  because: 'the library keeps with a pushed request whose it is, and compares it',
}, async () => {
  const { url } = await application.push({ scope: 'service' });
  url.searchParams.set('client_id', 'example-bearer');
  assert.equal((await new Browser().go(url)).searchParams.get('error'), 'invalid_request_object');
  url.searchParams.set('client_id', 'example-dpop');
  assert.equal((await new Browser().go(url)).pathname, '/login', 'its own still works');
});

attackByConstruction({
  id: 'OAU-04',
  title: 'a request_uri again, once it was used',
  code: 'invalid_request_uri',
  because: 'the library starts no request that the database calls consumed',
}, async () => {
  const { url } = await application.push({ scope: 'service' });
  const browser = new Browser();
  assert.equal((await logIn(browser, await browser.go(url), new Passkey())).searchParams.get('error'), null);
  assert.equal((await new Browser().go(url)).searchParams.get('error'), 'invalid_request_uri');
});

attackByConstruction({
  id: 'OAU-05',
  title: 'a pushed request with other words beside it',
  code: 'as it was pushed',
  because: 'the library takes every word of a pushed request from what was pushed',
}, async () => {
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
