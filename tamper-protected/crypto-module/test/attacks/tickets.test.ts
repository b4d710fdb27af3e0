// SPDX-License-Identifier: Apache-2.0
// Whoever reached the module's socket, and whoever took the SAM over but for K_ticket.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { cryptoModuleDoor, TICKET_TAG } from '@sigillo/doors/crypto-module';
import type { DigestAlgorithm } from '../../src/index.ts';
import { macOf, type ModuleUnderTest, openModuleUnderTest, newKey, ticketFor } from '../module-under-test.ts';
import { attackByConstruction } from '@sigillo/standards/test/attacks';
import type { Scene } from './scene.ts';
import { attacksOnModule } from './stage.ts';

const ES256: DigestAlgorithm = { scheme: 'ecdsa', hash: 'sha256' };
const asked = { requestId: 'attack' };

type Ticket = ReturnType<typeof ticketFor>;
const sign = ({ link, key }: Scene, tickets: readonly Ticket[]): Promise<unknown> => link.call(
  'sign',
  { wrapped: key.wrapped, tickets, keepUntil: 0 },
  asked,
);
const ticket = (scene: Scene, changes: Parameters<typeof ticketFor>[4] = {}, under: ModuleUnderTest = scene.under): Ticket =>
  ticketFor(under, scene.key, ES256, randomBytes(32), changes);

suite('attacks on the module', () => {
  const attack = attacksOnModule();

  // A ticket of the SAM's is needed besides: the stranger has one here, so that only the door stands in the way.
  attack({
    id: 'CMX-01',
    title: 'somebody else opens the socket',
    guard: 'wire:link/handshake.ts',
    code: 'handshake_refused',
    run: async (scene, strike) => {
      await strike(() => scene.stranger.call('sign', { wrapped: scene.key.wrapped, tickets: [ticket(scene)], keepUntil: 0 }, asked));
    },
  });

  attack({
    id: 'CMX-02',
    title: 'a ticket again',
    guard: 'used-marks.ts',
    code: 'ticket_used',
    run: async (scene, strike) => {
      const used = ticket(scene);
      await sign(scene, [used]);
      await strike(() => sign(scene, [used]));
    },
  });

  attack({
    id: 'CMX-02',
    title: 'another digest for the same item',
    guard: 'used-marks.ts',
    code: 'ticket_used',
    run: async (scene, strike) => {
      const operation = randomBytes(32);
      await sign(scene, [ticket(scene, { operation })]);
      await strike(() => sign(scene, [ticket(scene, { operation })]));
    },
  });

  attack({
    id: 'CMX-03',
    title: 'a ticket under another key',
    guard: 'checks/ticket-mac.ts',
    code: 'ticket_mac',
    run: async (scene, strike) => {
      const { body } = ticket(scene);
      await strike(() => sign(scene, [{ body, mac: macOf(randomBytes(32), TICKET_TAG, body) }]));
    },
  });

  attack({
    id: 'CMX-03',
    title: 'the MAC of another ticket',
    guard: 'checks/ticket-mac.ts',
    code: 'ticket_mac',
    run: async (scene, strike) => {
      const [one, other] = [ticket(scene), ticket(scene)];
      await strike(() => sign(scene, [{ body: one.body, mac: other.mac }]));
    },
  });

  attack({
    id: 'CMX-04',
    title: 'a ticket of an earlier start of the SAM',
    guard: 'checks/ticket-start.ts',
    code: 'ticket_epoch',
    options: {},
    run: async (scene, strike) => {
      await sign(scene, [ticket(scene, { epoch: 7 })]);
      await strike(() => sign(scene, [ticket(scene, { epoch: 6 })]));
    },
  });

  attack({
    id: 'CMX-04',
    title: 'a ticket of an earlier start of the module',
    guard: 'checks/ticket-start.ts',
    code: 'ticket_other_boot',
    run: async (scene, strike) => {
      await strike(() => sign(scene, [ticket(scene, { bootNonce: randomBytes(16) })]));
    },
  });
});

attackByConstruction({
  id: 'CMX-06',
  title: 'a key is wrapped for a stranger, or copied with weaker attributes',
  code: 'no such message',
  because: 'no message of the door wraps under a given key, imports, copies or changes a key',
}, async () => {
  // What the door has is all there is: nothing wraps under a key that was given, nothing imports, copies or changes a key, and nothing
  // exports one.
  assert.deepEqual(Object.keys(cryptoModuleDoor).sort(), MESSAGES);
  const under = openModuleUnderTest();
  try {
    const { wrapped, keyId } = await newKey(under, 'P-256');
    // The one message that opens what the module sealed opens no key.
    assert.throws(() => under.module.unseal(wrapped), { code: 'sealed_wrong' });
    await assert.rejects(
      under.module.sign(
        under.module.seal(randomBytes(32)),
        [ticketFor(under, { keyId, wrapped, publicKey: randomBytes(91) }, ES256, randomBytes(32))],
      ),
      { code: 'key_wrapped_wrong' },
    );
  } finally {
    under.close();
  }
});

const MESSAGES = [
  'certificationRequest',
  'enterEpoch',
  'forget',
  'generate',
  'identitySign',
  'info',
  'mac',
  'random',
  'seal',
  'sign',
  'unseal',
];
