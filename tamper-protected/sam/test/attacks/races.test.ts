// SPDX-License-Identifier: Apache-2.0
// SAP-02: the same answer and the same call many times at once, over many connections.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { receiptStatement } from '@sigillo/doors/sap';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { connectLink, type Link, monotonicMs } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { documents, enrolled, readStatement } from '../played/signer.ts';
import type { World } from '../played/world.ts';
import { approved } from './approach.ts';
import { attacksOnSam, recordsOf } from './stage.ts';
import { MANY } from './sweeping.ts';

const ROUNDS = process.env['SIGILLO_FULL'] === '1' ? 1000 : 200;
const AT_ONCE = 100;
/** More than the SAM takes from one caller would be dropped at its door. */
const CONNECTIONS = 20;

suite('SAP-02: at once', () => {
  const { sweep } = attacksOnSam();

  sweep({
    id: 'SAP-02',
    title: 'the same answer a hundred times at once',
    guard: 'activation/checks/take-issued.ts',
    code: 'op_unknown',
    options: MANY,
    async run(world, forms) {
      const signer = await enrolled(world);
      const before = await usesOf(world);
      const swept = await overConnections(world, forms, async (links) => {
        const { hashes } = documents(1);
        const intent = await signer.prepare(hashes);
        const assertion = signer.passkey.get(intent.challenge);
        const pageNonce = randomBytes(32);
        const request = { challenge: intent.challenge, assertion, sealed: null, pageNonce };
        const answers = await atOnce(links, (link) => link.call('authorise', request, { requestId: '' }));
        requireRefused(answers, 'op_unknown');
        const receipts = answers.filter((answer) => answer.status === 'fulfilled');
        await signer.execute(readStatement(world, 'receipt', receiptStatement, receipts[0]!.value, pageNonce), hashes);
        return receipts.length;
      });
      if (swept.accepted === 0) await requireOneEach(world, before, swept.tried);
      return swept;
    },
  });

  let calls = 0;
  const counting = (honest: CryptoModulePort): CryptoModulePort => ({
    call(name, request, context) {
      if (name === 'sign') calls += 1;
      return honest.call(name, request, context);
    },
    close: () => honest.close(),
  });

  sweep({
    id: 'SAP-02',
    title: 'the same call a hundred times at once, in two orders',
    guard: ['activation/match-items.ts', 'tamper-protected/crypto-module:used-marks.ts'],
    code: 'list_mismatch',
    options: { wrapPort: counting },
    async run(world, forms) {
      const signer = await enrolled(world);
      const before = await usesOf(world);
      const swept = await overConnections(world, forms, async (links) => {
        const { receipt, hashes } = await approved(signer, 2);
        const [one, other] = [hashes, [...hashes].reverse()].map((list) => signer.executeRequest(receipt, list));
        calls = 0;
        const answers = await atOnce(links, (link, i) => link.call('execute', i % 2 === 0 ? one! : other!, { requestId: '' }));
        requireRefused(answers, 'list_mismatch');
        const given = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => JSON.stringify(value.signatures));
        if (calls === 1) assert.deepEqual(new Set(given).size, 1, 'all who are answered get the same bytes');
        return calls;
      });
      if (swept.accepted === 0) await requireOneEach(world, before, swept.tried);
      return swept;
    },
  });
});

/** Rounds over many connections; a round that did something more than once counts as accepted. */
async function overConnections(
  world: World,
  forms: 'all' | 'few',
  round: (links: readonly Link<SamDoor>[]) => Promise<number>,
): Promise<{ readonly tried: number; readonly accepted: number }> {
  const random = (length: number): Uint8Array => randomBytes(length);
  const links = Array.from({ length: CONNECTIONS }, () =>
    connectLink({ door: samDoor, name: 'sam', path: `${world.folder}/sam.sock`, key: world.linkKey, random, monotonic: monotonicMs }),
  );
  const tried = forms === 'all' ? ROUNDS : 3;
  let accepted = 0;
  try {
    for (let i = 0; i < tried; i++) if ((await round(links)) > 1) accepted += 1;
  } finally {
    for (const link of links) link.close();
  }
  return { tried, accepted };
}

function atOnce<T>(links: readonly Link<SamDoor>[], ask: (link: Link<SamDoor>, i: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: AT_ONCE }, (_, i) => ask(links[(i >> 1) % links.length]!, i)));
}

function requireRefused(answers: readonly PromiseSettledResult<unknown>[], code: string): void {
  for (const answer of answers) if (answer.status === 'rejected') assert.equal((answer.reason as { code?: unknown }).code, code);
}

/** How often the journal says that keys were used. */
async function usesOf(world: World): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>([
    ['authorised', 0],
    ['executing', 0],
    ['released', 0],
  ]);
  for (const { event } of await recordsOf(world)) if (uses.has(event)) uses.set(event, uses.get(event)! + 1);
  return uses;
}

async function requireOneEach(world: World, before: ReadonlyMap<string, number>, rounds: number): Promise<void> {
  for (const [event, count] of await usesOf(world)) assert.equal(count - before.get(event)!, rounds, `one ${event} a round`);
}
