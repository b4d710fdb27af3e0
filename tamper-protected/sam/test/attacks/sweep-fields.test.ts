// SPDX-License-Identifier: Apache-2.0
// SWP-3: every field of the intent, changed alone in each place where it stands.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { challengePreimage, intentBody, type IntentBody } from '@sigillo/doors/sap';
import { encode, map, type Shape, text, uint } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import type { IssuedOperation } from '../../src/activation/operations.ts';
import { documents, enrolled, type Signer } from '../played/signer.ts';
import { sha256, type World } from '../played/world.ts';
import { approved } from './approach.ts';
import { attacksOnSam, signaturesOf, type Swept } from './stage.ts';
import { answering, CONTEXT, flipped, type Live, MANY, prepared, sweepOver } from './sweeping.ts';

/** The schema of the body without its rule and the fields that have one value only, so that other values can be written. */
const loose = map({
  ...intentBody.fields,
  version: { ...intentBody.fields.version, of: uint() },
  operation: { ...intentBody.fields.operation, of: text(32) },
});

/** Another value of the field; where it has no entry, one that has the right length. */
function bent({ name, of }: { readonly name: string; readonly of: Shape }, body: IntentBody): unknown {
  return name === 'itemsRoot' ? new Uint8Array(32) : altered(of, body[name as keyof IntentBody]);
}

/** Another value of the same shape. */
function altered(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'uint':
      return (value as number) < shape.max ? (value as number) + 1 : (value as number) - 1;
    case 'bytes':
      return flipped(value as Uint8Array, 0);
    case 'text':
      return `${value as string}1`;
    case 'boolean':
      return !(value as boolean);
    case 'exactly':
      return typeof value === 'number' ? value + 1 : `${value as string}1`;
    case 'one of':
      return `${value as string}1`;
    case 'nullable':
      return value === null ? Uint8Array.of(5, 0) : altered(shape.of, value);
    case 'array':
      return (value as readonly unknown[]).map((item, i) => (i === 0 ? altered(shape.of, item) : item));
    case 'map': {
      const { name, of } = shape.fields[0]!;
      const members = value as Readonly<Record<string, unknown>>;
      return { ...members, [name]: altered(of, members[name]) };
    }
  }
}

/** Each field of the intent, and each of an item, changed alone. */
function bendsOf(body: IntentBody): readonly { readonly field: string; readonly body: IntentBody }[] {
  const shape = intentBody.shape as Extract<Shape, { readonly kind: 'map' }>;
  const fields = shape.fields.map((field) => ({ field: field.name, body: { ...body, [field.name]: bent(field, body) } as IntentBody }));
  const ofItem = ((shape.fields.find(({ name }) => name === 'items')!.of as Extract<Shape, { readonly kind: 'array' }>).of) as Extract<
    Shape,
    { readonly kind: 'map' }
  >;
  const members = ofItem.fields.map(({ name, of }) => {
    const [first, ...rest] = body.items;
    const bent = { ...first!, [name]: altered(of, first![name as keyof typeof first]) };
    return { field: `items.${name}`, body: { ...body, items: [bent, ...rest] } };
  });
  const [a, b] = body.items;
  const order = { field: 'items, in another order', body: { ...body, items: [b!, a!] } };
  return [...fields, ...members, order];
}

suite('SWP-3: every field of the intent', () => {
  const { sweep } = attacksOnSam();

  /** Bends each field with `bend`; with `few` only those that no other check looks at again. */
  const overFields =
    (codes: RegExp, few: readonly string[], attempt: (signer: Signer, live: Live, bent: IntentBody) => Promise<unknown>, absent: readonly string[] = []) =>
    async (world: World, forms: 'all' | 'few'): Promise<Swept> => {
      const signer = await enrolled(world);
      const { hashes } = documents(2);
      const bends = bendsOf((await prepared(signer, hashes)).body);
      assert.equal(new Set(bends.map(({ field }) => field)).size, 24 + 5 + 1);
      const before = await signaturesOf(world);
      const chosen = bends.map(({ field }) => field).filter((field) => !absent.includes(field) && (forms === 'all' || few.includes(field)));
      const swept = await sweepOver(codes, chosen, async (field) => {
        const live = await prepared(signer, hashes);
        await attempt(signer, live, bendsOf(live.body).find((bend) => bend.field === field)!.body);
      });
      assert.equal(await signaturesOf(world), before);
      return swept;
    };

  sweep({
    id: 'SWP-3',
    title: 'changed on the way to the page',
    guard: 'activation/checks/client-data.ts',
    code: 'sad_challenge',
    options: MANY,
    run: overFields(/sad_challenge/, ['nonce', 'items', 'clientId', 'items.name'], async (signer, live, bent) => {
      const challenge = sha256(challengePreimage('sign', encode(loose, bent)));
      await answering(signer.world, live, signer.passkey.get(challenge));
    }),
  });

  /** What no line after the fourth looks at again: there this is the only guard. */
  const NOWHERE_ELSE = ['nonce', 'clientId', 'clientKeyThumbprint', 'hashAlgorithm', 'language', 'items', 'items.dtbsr', 'items.name'];

  sweep({
    id: 'SWP-3',
    title: 'changed in the memory of the SAM, beside the bytes that were signed',
    guard: 'activation/checks/body-unchanged.ts',
    code: 'intent_changed',
    options: MANY,
    run: overFields(
      /intent_changed/,
      NOWHERE_ELSE,
      async (signer, live, bent) => {
        bendIssued(signer.world, live, { intent: bent, items: bent.items });
        await answering(signer.world, live, signer.passkey.get(live.challenge));
      },
      // The SAM keeps the list, and no root beside it.
      ['itemsRoot'],
    ),
  });

  sweep({
    id: 'SWP-3',
    title: 'changed in the memory of the SAM, with the bytes',
    // Version and operation have no other spelling: for them the line before refuses.
    guard: 'activation/checks/challenge-of-body.ts',
    code: 'challenge_changed',
    options: MANY,
    run: overFields(/(?:challenge|intent)_changed/, NOWHERE_ELSE, async (signer, live, bent) => {
      bendIssued(signer.world, live, { intent: bent, items: bent.items, body: encode(loose, bent) });
      await answering(signer.world, live, signer.passkey.get(live.challenge));
    }),
  });

  /** What Execute says again of the intent; no other field of it travels any more, and none is read from the message. */
  const SAID_AGAIN: Readonly<Record<keyof Request<typeof samDoor.execute>, string | null>> = {
    handle: null,
    keyId: 'keyId',
    hashAlgorithm: 'hashAlgorithm',
    signatureAlgorithm: 'signatureAlgorithm',
    signatureParameters: 'signatureParameters',
    dtbsrs: 'items',
    clientId: 'clientId',
    clientKeyThumbprint: 'clientKeyThumbprint',
  };

  sweep({
    id: 'SWP-3',
    title: 'changed at Execute',
    guard: ['activation/checks/presented.ts', 'activation/match-items.ts'],
    code: '*_mismatch',
    options: MANY,
    async run(world) {
      const signer = await enrolled(world);
      const before = await signaturesOf(world);
      const fields = Object.entries(SAID_AGAIN).filter(([, field]) => field !== null);
      const swept = await sweepOver(/\w+_mismatch/, fields, async ([name, field]) => {
        const { receipt, intent, hashes } = await approved(signer, 2);
        const request = signer.executeRequest(receipt, hashes);
        const bent = bendsOf(intent.body).find((bend) => bend.field === field)!.body;
        const value = field === 'items' ? bent.items.map(({ dtbsr }) => dtbsr) : bent[field as keyof IntentBody];
        await world.sam.handlers.execute({ ...request, [name]: value }, CONTEXT);
      });
      if (swept.accepted === 0) assert.equal(await signaturesOf(world), before);
      return swept;
    },
  });
});

function bendIssued(world: World, { challenge }: Live, bend: Partial<IssuedOperation>): void {
  const { operations } = world.sam.state;
  const operation = operations.takeIssued(toHex(challenge))!;
  operations.issue({ ...operation, ...bend });
}
