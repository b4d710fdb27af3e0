// SPDX-License-Identifier: Apache-2.0
// SAP-45, SAP-25: messages at the SAM's door in other spellings than the one.
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { samDoor } from '@sigillo/doors/sam';
import { receiptStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { concat, utf8 } from '@sigillo/standards/bytes';
import type { SignedStatement } from '../../src/statements.ts';
import { documents, enrolled, readStatement, refused } from '../played/signer.ts';
import { openWorld } from '../played/world.ts';
import { sendSpelt } from './spelt.ts';
import { attackByConstruction, attacksOnSam } from './stage.ts';

/** A map of four: 1 the challenge, 2 the answer, 3 null, 4 the nonce of the page. */
const NONCE_BYTES = 35;

const BENDS: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  'a long head': (body) => concat(Uint8Array.of(0xb8, 4), body.subarray(1)),
  'a long key': (body) => concat(body.subarray(0, 1), Uint8Array.of(0x18, 1), body.subarray(2)),
  'keys in another order': (body) => concat(body.subarray(0, 1), body.subarray(-NONCE_BYTES), body.subarray(1, -NONCE_BYTES)),
  'a key twice': (body) => concat(Uint8Array.of(0xa5), body.subarray(1), body.subarray(-NONCE_BYTES)),
  'no length': (body) => concat(Uint8Array.of(0xbf), body.subarray(1), Uint8Array.of(0xff)),
  'a tag': (body) => concat(Uint8Array.of(0xd9, 0xd9, 0xf7), body),
};

suite('SAP-45: other spellings of a message', () => {
  const { attack } = attacksOnSam();

  attack({
    id: 'SAP-45',
    title: `an answer in CBOR with ${Object.keys(BENDS).join(', ')}`,
    guard: 'standards:cbor/read.ts',
    rooms: ['doors', 'wire'],
    code: 'message_malformed',
    event: null,
    async run({ world, signer, strike }) {
      for (const bend of Object.values(BENDS)) {
        const { hashes } = documents(1);
        const intent = await signer.prepare(hashes);
        const pageNonce = randomBytes(32);
        const assertion = signer.passkey.get(intent.challenge);
        const body = encode(samDoor.authorise.request, { challenge: intent.challenge, assertion, sealed: null, pageNonce });
        await strike(async () => {
          const answer = (await sendSpelt(world, 'authorise', bend(body))) as SignedStatement;
          await signer.execute(readStatement(world, 'receipt', receiptStatement, answer, pageNonce), hashes);
        });
        // The right spelling still counts, unless the other did.
        await signer.authorise(intent).catch(() => undefined);
      }
    },
  });

  attackByConstruction({ id: 'SAP-45', title: 'a float for a number, a negative one, text that is not NFC or not UTF-8, a string in pieces, undefined, bytes behind', code: 'message_malformed' }, async () => {
    const world = await openWorld();
    try {
      const request = { ticket: 't', documents: [{ digest: null, sizeBytes: 5 }], language: 'en', pageNonce: randomBytes(32) };
      const body = Buffer.from(encode(samDoor.prepare.request, request));
      const hex = body.toString('hex');
      const bends = [
        hex.replace('f60205', 'f602f94500'),
        hex.replace('f60205', 'f602fb4014000000000000'),
        hex.replace('f60205', 'f70205'),
        hex.replace('f60205', 'f60224'),
        hex.replace('0362656e', `0363${Buffer.from(utf8('e\u0301')).toString('hex')}`),
        hex.replace('0362656e', '0362ff6e'),
        hex.replace(/5820(.{64})$/, '5f5820$1ff'),
        `${hex}00`,
      ];
      for (const bend of bends) {
        if (bend === hex) throw new Error('the form was not changed');
        await refused('message_malformed', () => sendSpelt(world, 'prepare', Buffer.from(bend, 'hex')));
      }
      await refused('ticket_malformed', () => sendSpelt(world, 'prepare', body));
    } finally {
      await world.close();
    }
  });

  attackByConstruction({ id: 'SAP-25', title: 'client data of a megabyte', code: 'message_malformed' }, async () => {
    const world = await openWorld();
    try {
      const signer = await enrolled(world);
      const intent = await signer.prepare(documents(1).hashes);
      const spell = (json: string): string => json.replace('{', `{"x":"${'A'.repeat(1_048_576)}",`);
      const assertion = signer.passkey.get(intent.challenge, { spell });
      const parts = [
        Uint8Array.of(0xa4, 1, 0x58, 32),
        intent.challenge,
        Uint8Array.of(2, 0xa5, 1, 0x58, 32),
        assertion.credentialId,
        Uint8Array.of(2, 0x58, assertion.authenticatorData.length),
        assertion.authenticatorData,
        Uint8Array.of(3, 0x5a, 0, ...[16, 8, 0].map((shift) => (assertion.clientDataJson.length >> shift) & 0xff)),
        assertion.clientDataJson,
        Uint8Array.of(4, 0x58, assertion.signature.length),
        assertion.signature,
        Uint8Array.of(5, 0x50),
        signer.signerId,
        Uint8Array.of(3, 0xf6, 4, 0x58, 32),
        randomBytes(32),
      ];
      await refused('message_malformed', () => sendSpelt(world, 'authorise', concat(...parts)));
      // It never came to the map of intents: the right answer still counts.
      await signer.authorise(intent);
    } finally {
      await world.close();
    }
  });
});
