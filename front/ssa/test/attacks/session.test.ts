// SPDX-License-Identifier: Apache-2.0
// SAP-43: a request for one signer, opened in the browser of another. SAP-44: ways to approve that no page of ours asked for.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import type { SamDoor } from '@sigillo/doors/sam';
import { attackByConstruction, attacksOn } from '@sigillo/standards/test/attacks';
import { SIGNER_ROUTES } from '../../src/signer/table.ts';
import { type House as Ssa, openHouse } from '../played/house.ts';

/** The SSA holds no key and no journal: what it turns back never comes to the SAM. */
const STAGE = {
  room: 'front/ssa',
  entry: 'test/played/house.ts',
  open: (entry: { readonly openHouse: typeof openHouse }): Promise<Ssa> => entry.openHouse({ burst: 1000 }),
  close: (ssa: Ssa): Promise<void> => ssa.close(),
  traces: () => Promise.resolve({ signatures: 0, records: [] }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

suite('attacks through the session', () => {
  const { attack } = attacksOn(STAGE);

  attack({
    id: 'SAP-43',
    title: "the attacker's request opened in the victim's browser",
    // The SAM would make the intent, for the attacker's key and passkeys: nothing that the victim could answer.
    guard: 'signer/ticket-subject.ts',
    code: 'ticket_of_another_signer',
    event: null,
    gains: 'answer',
    async run(ssa, strike) {
      const sub = randomBytes(16).toString('hex');
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const ticket = `${part({ typ: 'sigillo-ticket+jwt' })}.${part({ sub })}.${randomBytes(64).toString('base64url')}`;
      const documents = [{ digest: randomBytes(32).toString('base64url'), sizeBytes: 5 }];
      const body = { ticket, documents, language: 'en', pageNonce: randomBytes(32).toString('base64url') };
      const path = '/signer/v1/prepare';
      const asked = ssa.sam.asked.length;
      await strike(() => accepted(ssa, path, body));
      const reached = ssa.sam.asked.slice(asked).some(({ message }) => message === 'prepare');
      assert.equal(reached, (await turnedBack(ssa, path, body)) === undefined, 'what is turned back does not reach the SAM');
    },
  });

  attackByConstruction({
    id: 'SAP-44',
    title: 'an approval by link, code or push: one path approves, by POST, with a session',
    code: 'none',
    because: 'no other path approves, and none but POST',
  }, async () => {
    const approving: (keyof SamDoor)[] = ['authorise', 'execute', 'prepare'];
    const paths = SIGNER_ROUTES.filter(({ message }) => approving.includes(message));
    assert.deepEqual(paths.map(({ path, who }) => `${path} ${who}`), ['prepare session', 'authorise session']);
    const ssa = await openHouse({ burst: 1000 });
    try {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])
        for (const query of ['', `?challenge=${'A'.repeat(43)}`]) {
          const { status } = await ssa.send(method, `/signer/v1/authorise${query}`, undefined);
          assert.ok(status === 404 || status === 405 || status === 401, `${method} ${status}`);
        }
      assert.deepEqual(ssa.sam.asked.filter(({ message }) => message === 'authorise'), []);
    } finally {
      await ssa.close();
    }
  });
});

async function accepted(ssa: Ssa, path: string, body: object): Promise<unknown> {
  const code = await turnedBack(ssa, path, body);
  if (code !== undefined) throw Object.assign(new Error('turned back'), { code });
  return 'accepted';
}

async function turnedBack(ssa: Ssa, path: string, body: object): Promise<unknown> {
  const { status, json } = await ssa.post(path, body, ssa.dpop(path, ssa.signed()));
  return status === 200 ? undefined : json['code'];
}
