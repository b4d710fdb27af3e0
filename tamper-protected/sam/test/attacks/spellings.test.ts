// SPDX-License-Identifier: Apache-2.0
// SAP-45, SAP-25: messages at the SAM's door in other spellings than the one.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { samDoor } from '@sigillo/doors/sam';
import { receiptStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { concat, fromHex, toHex, utf8 } from '@sigillo/standards/bytes';
import type { Assertion } from '@sigillo/standards/webauthn';
import type { SignedStatement } from '../../src/statements.ts';
import { documents, readStatement } from '../played/signer.ts';
import { makeTicket } from '../played/world.ts';
import { sendSpelt } from './spelt.ts';
import { attacksOnSam } from './stage.ts';

/** At the end of a map of four: 1 the challenge, 2 the answer, 3 null, 15 the nonce of the page. */
const NONCE_BYTES = 35;

const BENDS: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  'a long head': (body) => concat(Uint8Array.of(0xb8, 4), body.subarray(1)),
  'a long key': (body) => concat(body.subarray(0, 1), Uint8Array.of(0x18, 1), body.subarray(2)),
  'keys in another order': (body) => concat(body.subarray(0, 1), body.subarray(-NONCE_BYTES), body.subarray(1, -NONCE_BYTES)),
  'a key twice': (body) => concat(Uint8Array.of(0xa5), body.subarray(1), body.subarray(-NONCE_BYTES)),
  'no length': (body) => concat(Uint8Array.of(0xbf), body.subarray(1), Uint8Array.of(0xff)),
  'a tag': (body) => concat(Uint8Array.of(0xd9, 0xd9, 0xf7), body),
};

const VALUE_BENDS: Readonly<Record<string, (hex: string) => string>> = {
  'a float for a number': (hex) => hex.replace('f60205', 'f602f94500'),
  'a long float for a number': (hex) => hex.replace('f60205', 'f602fb4014000000000000'),
  'a negative number': (hex) => hex.replace('f60205', 'f60224'),
  'undefined for null': (hex) => hex.replace('f60205', 'f70205'),
  'a string in pieces': (hex) => hex.replace(/5820(?<nonce>.{64})$/, '5f5820$<nonce>ff'),
  'bytes behind': (hex) => `${hex}00`,
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

  attack({
    id: 'SAP-45',
    title: `a request in CBOR with ${Object.keys(VALUE_BENDS).join(', ')}`,
    guard: 'standards:cbor/read.ts',
    rooms: ['doors', 'wire'],
    code: 'message_malformed',
    event: null,
    gains: 'answer',
    async run({ world, signer, strike }) {
      for (const [what, bend] of Object.entries(VALUE_BENDS)) {
        const { hashes } = documents(1);
        const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes, clientId: 'example-dpop' });
        const request = { ticket, documents: [{ digest: null, sizeBytes: 5 }], language: 'en', pageNonce: randomBytes(32) };
        const hex = toHex(encode(samDoor.prepare.request, request));
        const bent = bend(hex);
        assert.notEqual(bent, hex, what);
        const answer = (await strike(() => sendSpelt(world, 'prepare', fromHex(bent)))) as SignedStatement | undefined;
        if (answer === undefined) await sendSpelt(world, 'prepare', fromHex(hex));
      }
    },
  });

  attack({
    id: 'SAP-45',
    title: 'a name in CBOR that is not NFC, or not UTF-8',
    guard: 'standards:cbor/read.ts',
    rooms: ['doors', 'wire'],
    code: 'message_malformed',
    event: null,
    gains: 'answer',
    async run({ world, strike }) {
      const person = { country: 'JP', givenName: 'Hanako', surname: 'Yamada', pseudonym: null };
      const hex = toHex(encode(samDoor.enrolBegin.request, { person, pageNonce: randomBytes(32) }));
      const name = toHex(utf8('Hanako'));
      for (const spelt of [toHex(utf8('Ame\u0301e')), `${toHex(utf8('Hanak'))}ff`]) {
        assert.equal(spelt.length, name.length);
        await strike(() => sendSpelt(world, 'enrolBegin', fromHex(hex.replace(name, spelt))));
      }
      await sendSpelt(world, 'enrolBegin', fromHex(hex));
    },
  });

  attack({
    id: 'SAP-25',
    title: 'client data of a megabyte',
    // The reader of client data has a limit of its own.
    guard: ['doors:sap/kinds.ts', 'activation/checks/client-data.ts'],
    rooms: ['wire'],
    code: 'message_malformed',
    event: null,
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      const spell = (json: string): string => json.replace('{', `{"x":"${'A'.repeat(1_000_000)}",`);
      const pageNonce = randomBytes(32);
      const body = spelt(signer.passkey.get(intent.challenge, { spell }), intent.challenge, signer.signerId, pageNonce);
      const executed = async (answer: SignedStatement): Promise<unknown> =>
        signer.execute(readStatement(world, 'receipt', receiptStatement, answer, pageNonce), hashes);
      const gained = await strike(async () => executed((await sendSpelt(world, 'authorise', body)) as SignedStatement));
      // It never came to the map of intents: the right answer still counts.
      if (gained === undefined) await signer.authorise(intent);
    },
  });
});

/** An answer in the form of the door, whatever its length. */
function spelt(assertion: Assertion, challenge: Uint8Array, signerId: Uint8Array, pageNonce: Uint8Array): Uint8Array {
  const { length } = assertion.clientDataJson;
  return concat(
    Uint8Array.of(0xa4, 1, 0x58, 32),
    challenge,
    Uint8Array.of(2, 0xa5, 1, 0x58, assertion.credentialId.length),
    assertion.credentialId,
    Uint8Array.of(2, 0x58, assertion.authenticatorData.length),
    assertion.authenticatorData,
    Uint8Array.of(3, 0x5a, ...[24, 16, 8, 0].map((shift) => (length >> shift) & 0xff)),
    assertion.clientDataJson,
    Uint8Array.of(4, 0x58, assertion.signature.length),
    assertion.signature,
    Uint8Array.of(5, 0x50),
    signerId,
    Uint8Array.of(3, 0xf6, 15, 0x58, 32),
    pageNonce,
  );
}
