// SPDX-License-Identifier: Apache-2.0
// SAP-37: whatever stops a key, while a call with it is under way. Both are held up at random, from a seed, at every place where they wait; once
// the stop is acknowledged, the crypto module is not asked any more. Another policy is another deployment, which does not start.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'node:test';
import { ticketBody } from '@sigillo/doors/crypto-module';
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { begunStop, signedBy } from '../played/officers.ts';
import { documents, enrolled, type Signer } from '../played/signer.ts';
import { sha256, type World, type WorldOptions } from '../played/world.ts';
import { changed } from './approach.ts';
import { attacksOnSam, type Swept } from './stage.ts';
import { CONTEXT, prepared } from './sweeping.ts';

const SEED = Number(process.env['SIGILLO_SEED'] ?? 20_261_121);
const INTERLEAVINGS = process.env['SIGILLO_FULL'] === '1' ? 10_000 : 500;
const SIGNERS = process.env['SIGILLO_FULL'] === '1' ? 50 : 20;
const LATER_MS_MAX = 250;

type Draw = (below: number) => number;

/** Numbers from a seed (a 32-bit linear congruential generator, its upper half). */
function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * below);
  };
}

/** Lets others go first, for a few turns. */
async function turns(draw: Draw): Promise<void> {
  for (let left = draw(8); left > 0; left--) {
    if (draw(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.resolve();
  }
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** When the module was asked and the stop acknowledged, in one order; times are places in it. */
class Order {
  readonly #asked = new Map<string, number>();
  #now = 0;
  draw: Draw = drawFrom(SEED);
  /** How often the call came first, and the stop. */
  answered = 0;
  stopped = 0;
  /**
   * So many milliseconds the stop is later than the call, on average; where it is negative, the call is later. It follows who came first: however
   * busy the machine and its disk are, both do often.
   */
  #stopLaterMs = 0;

  /** A module that is reached late and answers late. */
  readonly wrapPort = (honest: CryptoModulePort): CryptoModulePort => ({
    call: async (name, request, context) => {
      if (name !== 'sign') return honest.call(name, request, context);
      await turns(this.draw);
      const { tickets } = request as { readonly tickets: readonly { readonly body: Uint8Array }[] };
      this.#asked.set(toHex(decode(ticketBody, tickets[0]!.body).operation), ++this.#now);
      const answer = await honest.call(name, request, context);
      await turns(this.draw);
      return answer;
    },
    close: () => honest.close(),
  });

  stopWaits(): Promise<void> {
    return pause(this.draw(2 * Math.max(0, this.#stopLaterMs) + 1));
  }

  callWaits(): Promise<void> {
    return pause(this.draw(2 * Math.max(0, -this.#stopLaterMs) + 1));
  }

  first(who: 'answered' | 'stopped'): void {
    this[who] += 1;
    const step = who === 'stopped' ? 1 : -1;
    this.#stopLaterMs = Math.min(LATER_MS_MAX, Math.max(-LATER_MS_MAX, this.#stopLaterMs + step));
  }

  mark(): number {
    return ++this.#now;
  }

  /** Whether this operation reached the module after a mark. */
  askedAfter(challenge: Uint8Array, mark: number): boolean {
    return (this.#asked.get(toHex(challenge)) ?? 0) > mark;
  }
}

interface Stop {
  /** Of the interleavings, where several stops share them. */
  readonly share?: number;
  /** Prepares what the stop needs, and gives the stop itself: it settles when it is acknowledged. */
  readonly ready: (signer: Signer) => Promise<() => Promise<unknown>>;
  /** Takes it back, for the next round. */
  readonly undo: (signer: Signer) => Promise<void>;
}

suite('SAP-37: stops against a call under way', () => {
  const { attack, sweep } = attacksOnSam();
  const order = new Order();
  const options: WorldOptions = { wrapPort: order.wrapPort, limits: { operationsPerSigner: 1000, copyLagSecondsMax: 1_000_000 } };

  const against =
    (stop: Stop) =>
    async (world: World, forms: 'all' | 'few'): Promise<Swept> => {
      order.draw = drawFrom(SEED);
      order.answered = order.stopped = 0;
      const signers = await Promise.all(Array.from({ length: forms === 'all' ? SIGNERS : 1 }, () => enrolled(world)));
      const rounds = forms === 'all' ? (INTERLEAVINGS * (stop.share ?? 1)) / SIGNERS : 3;
      let accepted = 0;
      await Promise.all(
        signers.map(async (signer) => {
          for (let round = 0; round < rounds; round++) if (await passesStop(signer, stop, forms === 'few')) accepted += 1;
        }),
      );
      assert.ok(accepted === 0 || forms === 'few', `seed ${SEED}`);
      if (forms === 'all') for (const count of [order.answered, order.stopped]) assert.ok(count > (signers.length * rounds) / 50, `both come first often: ${order.answered} answered, ${order.stopped} stopped`);
      return { tried: signers.length * rounds, accepted };
    };

  /** One interleaving; with `late` the call comes after the stop. Says whether the module was asked after the acknowledgement. */
  async function passesStop(signer: Signer, stop: Stop, late: boolean): Promise<boolean> {
    const { handlers } = signer.world.sam;
    const { hashes } = documents(2);
    const live = await prepared(signer, hashes);
    const stopNow = await stop.ready(signer);
    signer.passkey.signCount += 1;
    const receipt = await signer.authorise(live);
    const request = signer.executeRequest(receipt, hashes);
    const stopping = (async () => {
      await turns(order.draw);
      await order.stopWaits();
      await stopNow();
      return order.mark();
    })();
    if (late) await stopping;
    await turns(order.draw);
    await order.callWaits();
    try {
      await handlers.execute(request, CONTEXT);
      order.first('answered');
    } catch (cause) {
      onlyRefused(cause);
      order.first('stopped');
    }
    const acknowledged = await stopping;
    const passed = order.askedAfter(live.challenge, acknowledged);
    await stop.undo(signer);
    return passed;
  }

  sweep({
    id: 'SAP-37',
    title: 'a freeze while a call is under way',
    guard: ['activation/checks/uses-of-key.ts', 'activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
    code: 'key_frozen',
    options,
    run: against({
      ready: (signer) => Promise.resolve(() => freeze(signer)),
      undo: (signer) => changed(signer.world, 'signing_key', signer.keyId, { state: 'active' }),
    }),
  });

  for (const [command, number] of [['suspend', 1], ['revoke', 2]] as const)
    sweep({
      id: 'SAP-37',
      title: `a command of officers while a call is under way: ${command}`,
      guard: ['activation/checks/uses-of-key.ts', 'activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
      code: 'key_frozen',
      options,
      run: against({
        share: 1 / 2,
        async ready({ world, keyId }) {
          const { first, second } = world.officers;
          const { body } = (await begunStop(world, keyId, command)).statement;
          const approvals = [first, second].slice(0, number).map((officer) => signedBy(officer, command, body));
          return () => Promise.resolve(world.sam.handlers.officerStop({ body, approvals, pageNonce: randomBytes(32) }, CONTEXT));
        },
        undo: (signer) => changed(signer.world, 'signing_key', signer.keyId, { state: 'active' }),
      }),
    });

  sweep({
    id: 'SAP-37',
    title: 'the suspension of a passkey that exists twice while a call is under way',
    guard: ['activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
    code: 'state_changed',
    options,
    run: against({
      share: 1 / 2,
      ready: async (signer) => {
        const other = await prepared(signer, documents(1).hashes);
        return () => signer.authorise(other, { signCount: signer.passkey.signCount }).catch(onlyRefused);
      },
      undo: (signer) => changed(signer.world, 'authenticator', sha256(signer.passkey.credentialId), { status: 'active' }),
    }),
  });

  sweep({
    id: 'SAP-37',
    title: 'the end of the time to use an approval',
    guard: 'activation/checks/still-valid.ts',
    code: 'handle_expired',
    options,
    async run(world, forms) {
      order.draw = drawFrom(SEED);
      const signer = await enrolled(world);
      const tried = forms === 'all' ? 100 : 3;
      let accepted = 0;
      for (let round = 0; round < tried; round++) if (await passesTime(signer, forms === 'few')) accepted += 1;
      return { tried, accepted };
    },
  });

  /** The call comes after the time is over, before or after somebody has swept. */
  async function passesTime(signer: Signer, late: boolean): Promise<boolean> {
    const { world } = signer;
    const { hashes } = documents(1);
    const live = await prepared(signer, hashes);
    const receipt = await signer.authorise(live);
    world.ahead.monotonicMs += 300_001;
    world.ahead.wallMs += 300_001;
    const over = order.mark();
    if (!late && order.draw(2) === 0) await world.sam.sweep();
    await Promise.resolve(world.sam.handlers.execute(signer.executeRequest(receipt, hashes), CONTEXT)).catch(onlyRefused);
    if (!late) await world.sam.sweep();
    return order.askedAfter(live.challenge, over);
  }

  attack({
    id: 'SAP-37',
    title: 'a restart under another policy',
    guard: 'checks/same-deployment.ts',
    code: 'deployment_changed',
    event: null,
    options: {},
    gains: 'answer',
    run: async ({ world, signer, strike }) => {
      await signer.authorise(await prepared(signer, documents(1).hashes));
      const file = join(world.folder, 'public', 'policy.json');
      const policy = readFileSync(file, 'utf8').replace('"signaturesMax":100', '"signaturesMax":1');
      await strike(() => world.restart('crash', () => writeFileSync(file, policy)));
    },
  });
});

function onlyRefused(cause: unknown): void {
  assert.match(String(cause), /^SamRefusal|refused: /);
}

function freeze({ world, signerId, keyId }: Signer): Promise<unknown> {
  return Promise.resolve(world.sam.handlers.freeze({ signerId, keyId, pageNonce: randomBytes(32) }, CONTEXT));
}
