// SPDX-License-Identifier: Apache-2.0
// The rules of an approval: no passkey before every check, no second passkey before the SAM's signed word, whatever the carriers do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { IdpDoor } from '../../src/doors/idp.ts';
import { ScaDoor } from '../../src/doors/sca.ts';
import { SsaDoor } from '../../src/doors/ssa.ts';
import { ApprovalFlow, type ApprovalState } from '../../src/flow/approval.ts';
import { PasskeyError } from '../../src/passkey/passkey.ts';
import { makeDpopKey } from '../../src/session/dpop-key.ts';
import { Session } from '../../src/session/session.ts';
import { notes } from '../../src/state/approvals.ts';
import { codeOf } from '../../src/text/explain.ts';
import { memoryShelf, playedPowers } from '../played/memory.ts';
import { makeScene, type Scene } from '../played/scene.ts';
import { attributesOf, type PlayedPrepared, prepare, plainPdf } from '../played/pdf.ts';
import type { Signed } from '../played/sam.ts';

type Interference = (path: string) => 'lost' | 'late' | 'refused' | null;

interface Stage {
  readonly scene: Scene;
  readonly states: ApprovalState[];
  readonly powers: ReturnType<typeof playedPowers>;
  readonly kept: ReturnType<typeof memoryShelf>;
  readonly tab: ReturnType<typeof memoryShelf>;
  readonly calls: string[];
  flow: ApprovalFlow;
  /** The same tab, loaded anew. */
  reload(): ApprovalFlow;
  prompts: number;
  passkey: () => 'yes' | 'no';
  interfere: Interference;
  serve: PlayedPrepared;
  last(): ApprovalState;
  reason(): string;
}

async function setTheStage(): Promise<Stage> {
  const scene = makeScene();
  const tab = memoryShelf();
  const kept = memoryShelf();
  const states: ApprovalState[] = [];
  const key = await makeDpopKey();
  const calls: string[] = [];
  const powers = playedPowers((url, init) => answer(stage, url, init));
  const session = new Session({
    powers,
    pins: scene.pins,
    shelf: tab,
    pageOrigin: 'http://sign.localhost:8400',
    keptKey: () => Promise.resolve(key),
    forgetKey: () => Promise.resolve(),
  });
  const claims = toBase64url(utf8(JSON.stringify({ sub: toHex(scene.signer.signerId) })));
  tab.put('tokens', { accessToken: `e30.${claims}.e30`, refreshToken: null, expiresMs: powers.clock + 3_600_000 });
  const makeFlow = (): ApprovalFlow => new ApprovalFlow({
    powers, pins: scene.pins, session, tab, kept, decided: () => undefined,
    idp: new IdpDoor(powers, scene.pins, session), ssa: new SsaDoor(
      powers,
      scene.pins,
      session,
    ), sca: new ScaDoor(powers, scene.pins, session),
    ask: () => {
      stage.prompts++;
      if (stage.passkey() === 'no') return Promise.reject(new PasskeyError('passkey_cancelled'));
      return Promise.resolve({
        credentialId: scene.signer.credentialId,
        authenticatorData: new Uint8Array(37),
        clientDataJson: utf8('{}'),
        signature: new Uint8Array(70),
        userHandle: null,
      });
    },
  }, (state) => states.push(state));
  const stage: Stage = {
    scene, states, powers, kept, tab, calls, flow: makeFlow(), reload: makeFlow, prompts: 0, passkey: () => 'yes', interfere: () => null, serve: scene.prepared,
    last: () => states.at(-1)!,
    reason: () => { const state = states.at(-1)!; return state.step === 'refused' ? codeOf(state.cause) : state.step; },
  };
  return stage;
}

async function answer(stage: Stage, url: string, init: RequestInit): Promise<Response> {
  const path = new URL(url).pathname;
  const interference = stage.interfere(path);
  stage.calls.push(path);
  if (interference === 'lost') throw new TypeError('connection lost');
  if (interference === 'refused') return Response.json({ code: 'sad_bad_signature' }, { status: 403 });
  const response = route(
    stage,
    path,
    (init.body === null || init.body === undefined ? {} : JSON.parse(init.body as string)) as Record<string,
    unknown>,
  );
  if (interference === 'late') throw new TypeError('connection lost');
  return response;
}

function route({ scene, serve }: Stage, path: string, fields: Record<string, unknown>): Response {
  const { sam, signer, ticket } = scene;
  const bytes = (name: string): Uint8Array => fromBase64url(fields[name] as string);
  const spoken = ({ statement, signature }: Signed): Response => Response.json({
    statement: toBase64url(statement),
    signature: toBase64url(signature),
  });
  if (path === '/.well-known/openid-configuration') {
    const { issuer } = scene.pins;
    return Response.json({ issuer, authorization_endpoint: `${issuer}/oauth2/authorize`, token_endpoint: `${issuer}/oauth2/token` });
  }
  if (path === '/signer/v1/approval/begin') return Response.json({ ticket, interaction: `${scene.pins.issuer}/interaction/u1` });
  if (path === '/signer/v1/requests/r1/read') return Response.json({ ticket });
  if (path === '/signer/v1/requests/r1/decline') return new Response(null, { status: 204 });
  if (path.endsWith('/content')) return new Response(serve.content);
  if (path.endsWith('/attributes')) return new Response(serve.attributes);
  if (path.endsWith('/history')) return spoken(sam.history(signer, null, bytes('pageNonce')));
  if (path.endsWith('/authorise')) return spoken(sam.authorise(bytes('challenge'), bytes('pageNonce')));
  if (path.endsWith('/outcome')) return spoken(sam.outcome(bytes('challenge'), bytes('pageNonce')));
  const documents = (fields['documents'] as {
    digest: string;
    sizeBytes: number;
  }[]).map(({ digest, sizeBytes }) => ({ digest: fromBase64url(digest), sizeBytes }));
  return spoken(sam.prepare(ticket, documents, fields['language'] as string, bytes('pageNonce')));
}

const opened = async (stage: Stage): Promise<Stage> => {
  await stage.flow.load({ code: 'c' }, 'en');
  assert.equal(stage.last().step, 'ready', stage.reason());
  return stage;
};

test('the straight way: one prompt, one receipt, back to the application; digests are noted', async () => {
  const stage = await opened(await setTheStage());
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
  assert.match(stage.powers.left[0]!, /^http:\/\/localhost:8401\/interaction\/u1\/approved\?statement=[\w-]+&signature=[\w-]+$/);
  assert.equal(notes(stage.kept, stage.powers.clock).length, 1);
});

test('declining asks no passkey and brings the reason', async () => {
  const stage = await opened(await setTheStage());
  await stage.flow.decline('not mine');
  assert.equal(stage.prompts, 0);
  assert.equal(stage.powers.left[0], 'http://localhost:8401/interaction/u1/declined?reason=not+mine');
});

test('a ticket for another account than the one logged in here is not shown', async () => {
  const stage = await setTheStage();
  stage.tab.put('tokens', {
    accessToken: `e30.${toBase64url(utf8(JSON.stringify({ sub: '0'.repeat(32) })))}.e30`,
    refreshToken: null,
    expiresMs: stage.powers.clock + 3_600_000,
  });
  await stage.flow.load({ code: 'c' }, 'en');
  assert.equal(stage.reason(), 'other_signer');
  assert.ok(!stage.calls.some((path) => path.endsWith('/prepare')));
});

test('without a ticket there is nothing to approve; without a session the person logs in first and comes back to it', async () => {
  const stage = await setTheStage();
  await stage.flow.load(null, 'en');
  assert.equal(stage.reason(), 'no_request');
  stage.tab.remove('tokens');
  await stage.flow.load({ code: 'c' }, 'en');
  assert.match(stage.powers.left[0] ?? '', /\/oauth2\/authorize\?/);
});

test('a request opened from the list can be read and declined, not signed', async () => {
  const stage = await setTheStage();
  await stage.flow.load({ requestId: 'r1' }, 'en');
  await stage.flow.sign('en');
  assert.equal(stage.prompts, 0);
  await stage.flow.decline('');
  assert.equal(stage.last().step, 'declined');
  assert.deepEqual(stage.powers.left, []);
});

const LIARS: Readonly<Record<string, readonly [string, (stage: Stage) => void]>> = {
  'an SCA that serves another document': ['document_message_digest', (stage) => {
    stage.serve = { ...stage.scene.prepared, content: prepare(plainPdf([['Rent: 920000 yen']]), stage.scene.signer.certificate).content };
  }],
  'an SCA whose attributes are of another document': ['document_dtbsr', (stage) => {
    stage.serve = prepare(plainPdf([['Rent: 920000 yen']]), stage.scene.signer.certificate);
  }],
  'an SCA that means another certificate': ['document_dtbsr', (stage) => {
    const { content, byteRange } = stage.scene.prepared;
    stage.serve = { ...stage.scene.prepared, attributes: attributesOf(content, byteRange, makeScene().signer.certificate) };
  }],
  'an SSA that changes one byte of the intent': ['statement_signature', ({ scene }) => {
    scene.sam.carry = (type, signed) => {
      if (type !== 'intent') return signed;
      const statement = signed.statement.slice();
      statement[200]! ^= 1;
      return { ...signed, statement };
    };
  }],
  'an SSA that brings an older intent': ['statement_nonce', ({ scene }) => {
    const older = scene.intent();
    scene.sam.carry = (type, signed) => (type === 'intent' ? older : signed);
  }],
  'an SSA that hides the newest use of a key': ['history_numbering', ({ scene: { sam, signer } }) => {
    sam.record(signer, 'enrolled', null, null);
    sam.bend = (type, value) => (type === 'history' ? { ...value, lastNumber: 2 } : value);
  }],
};
for (const [name, [code, arrange]] of Object.entries(LIARS)) {
  test(`${name}: ${code}, and no passkey is asked`, async () => {
    const stage = await setTheStage();
    arrange(stage);
    await stage.flow.load({ code: 'c' }, 'en');
    assert.equal(stage.reason(), code);
    await stage.flow.sign('en');
    assert.equal(stage.prompts, 0);
    assert.deepEqual(stage.powers.left, []);
  });
}

test('an intent that is nearly over, or in another language, is renewed silently before the prompt', async () => {
  const stage = await opened(await setTheStage());
  const prepares = (): number => stage.calls.filter((path) => path.endsWith('/prepare')).length;
  stage.powers.clock += 100_000;
  await stage.flow.sign('ja');
  assert.equal(prepares(), 2);
  assert.equal(stage.prompts, 1);
  assert.equal(stage.last().step, 'approved');
});

test('a renewed intent that names another application is not put before a passkey', async () => {
  const stage = await opened(await setTheStage());
  stage.powers.clock += 100_000;
  stage.scene.sam.shownName = 'Example KK.';
  await stage.flow.sign('en');
  assert.equal(stage.reason(), 'intent_changed');
  assert.equal(stage.prompts, 0);
});

test('a cancelled passkey stays on the screen, and may be tried again', async () => {
  const stage = await opened(await setTheStage());
  stage.passkey = () => (stage.prompts === 1 ? 'no' : 'yes');
  await stage.flow.sign('en');
  const state = stage.last();
  assert.ok(state.step === 'ready' && state.note?.code === 'passkey_cancelled');
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
});

test('the answer was lost after the SAM had it: the receipt comes by asking, without a second prompt', async () => {
  const stage = await opened(await setTheStage());
  stage.interfere = (path) => (path.endsWith('/authorise') ? 'late' : null);
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
  assert.equal(stage.powers.left.length, 1);
});

test('the answer was lost before the SAM had it: the same answer is sent again, without a second prompt', async () => {
  const stage = await opened(await setTheStage());
  let lost = 0;
  stage.interfere = (path) => (path.endsWith('/authorise') && lost++ < 2 ? 'lost' : null);
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
});

test('a refusal that the SAM confirms ends the operation', async () => {
  const stage = await opened(await setTheStage());
  stage.interfere = (path) => (path.endsWith('/authorise') ? 'refused' : null);
  const [challenge] = stage.scene.sam.operations.keys();
  stage.scene.sam.operations.get(challenge!)!.state = 'spent';
  await stage.flow.sign('en');
  assert.equal(stage.reason(), 'spent');
  assert.equal(stage.prompts, 1);
});

test('an SSA that says "refused" although the SAM approved gains no second prompt', async () => {
  const stage = await opened(await setTheStage());
  stage.interfere = (path) => {
    if (!path.endsWith('/authorise')) return null;
    const [challenge] = stage.scene.sam.operations.keys();
    stage.scene.sam.operations.get(challenge!)!.state = 'released';
    return 'refused';
  };
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
});

test('nothing is reached for a while: the page waits and asks, and never prompts', async () => {
  const stage = await opened(await setTheStage());
  let silent = 6;
  stage.interfere = (path) => (/outcome$|authorise$/.test(path) && silent-- > 0 ? 'lost' : null);
  await stage.flow.sign('en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
});

test('a page that was loaded anew after the passkey asks the SAM, not the passkey', async () => {
  const stage = await opened(await setTheStage());
  stage.interfere = (path) => (path.endsWith('/authorise') ? 'late' : path.endsWith('/outcome') ? 'refused' : null);
  let waits = 0;
  stage.powers.wait = () => (waits++ > 3 ? new Promise(() => undefined) : Promise.resolve());
  void stage.flow.sign('en');
  while (stage.last().step !== 'finding') await new Promise((resolve) => setImmediate(resolve));
  stage.interfere = () => null;
  await stage.reload().load(null, 'en');
  assert.equal(stage.last().step, 'approved');
  assert.equal(stage.prompts, 1);
});

test('states of the SAM that end an operation', async () => {
  for (const [state, signed] of [
    ['spent', 'nothing'],
    ['unused', 'nothing'],
    ['frozen', 'nothing'],
    ['indeterminate', 'unknown'],
    ['unknown', 'unknown'],
  ] as const) {
    const stage = await opened(await setTheStage());
    stage.interfere = (path) => (path.endsWith('/authorise') ? 'refused' : null);
    for (const operation of stage.scene.sam.operations.values()) operation.state = state;
    await stage.flow.sign('en');
    const last = stage.last();
    assert.ok(last.step === 'refused' && last.signed === signed, state);
  }
});

test('the signing service was interrupted after the passkey: the page that waited says so, and that nothing was signed', async () => {
  const stage = await opened(await setTheStage());
  stage.interfere = (path) => (path.endsWith('/authorise') ? 'lost' : null);
  for (const operation of stage.scene.sam.operations.values()) Object.assign(operation, { state: 'unused', code: 'restart' } as const);
  await stage.flow.sign('en');
  const last = stage.last();
  assert.ok(last.step === 'refused' && last.signed === 'nothing');
  assert.equal(stage.reason(), 'restart');
  assert.equal(stage.prompts, 1);
});

test('a receipt that is not for this approval is never carried on', async () => {
  const stage = await opened(await setTheStage());
  stage.scene.sam.bend = (type, value) => (type === 'receipt' ? { ...value, clientId: 'sca' } : value);
  await stage.flow.sign('en');
  assert.equal(stage.reason(), 'receipt_field_9');
  assert.deepEqual(stage.powers.left, []);
});

test('a decision in another window ends it here', async () => {
  const stage = await opened(await setTheStage());
  stage.flow.heardDecision(stage.scene.demand.ticket.id);
  assert.equal(stage.last().step, 'elsewhere');
  await stage.flow.sign('en');
  assert.equal(stage.prompts, 0);
});
