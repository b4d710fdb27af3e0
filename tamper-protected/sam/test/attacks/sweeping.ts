// SPDX-License-Identifier: Apache-2.0
// Attacks that are made by machine call the SAM's handlers themselves, so that thousands take seconds.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { challengePreimage, intentBody, intentStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import type { Assertion } from '@sigillo/standards/webauthn';
import type { CallContext } from '@sigillo/wire';
import type { SignedStatement } from '../../src/statements.ts';
import type { Intent, Signer } from '../played/signer.ts';
import { makeTicket, sha256, type World } from '../played/world.ts';
import type { Swept } from './stage.ts';

const AT_ONCE = 64;
const NONCE = randomBytes(32);
export const MANY = { limits: { operationsPerSigner: 1000 } };

/** Runs all attempts, some at once, and counts those that were not refused. Anything but a refusal with such a code is a fault. */
export async function sweepOver<T>(codes: RegExp, forms: readonly T[], attempt: (form: T) => Promise<unknown>): Promise<Swept> {
  let accepted = 0;
  const waiting = [...forms].reverse();
  const worker = async (): Promise<void> => {
    for (let form = waiting.pop(); form !== undefined; form = waiting.pop()) {
      try {
        await attempt(form);
        accepted += 1;
      } catch (cause) {
        const { name, code } = cause as Error & { readonly code?: string };
        assert.match(`${name} ${code}`, new RegExp(`^SamRefusal ${codes.source}$`), `${JSON.stringify(form)}: ${String(cause)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { tried: forms.length, accepted };
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

export const CONTEXT: CallContext = { caller: 'ssa', requestId: 'sweep', deadlineAt: Number.MAX_SAFE_INTEGER };
export type Live = Pick<Intent, 'body' | 'challenge'> & { readonly encoded: Uint8Array };

/** An intent for these hashes, from the SAM's handler itself. That there is none is a fault of the test, not a refused attack. */
export async function prepared(signer: Signer, hashes: readonly Uint8Array[]): Promise<Live> {
  const { statement } = await patiently(() => askForIntent(signer, hashes)).catch((cause: unknown) => {
    throw new Error('no intent to attack', { cause });
  });
  const encoded = decode(intentStatement, statement).body;
  return { encoded, body: decode(intentBody, encoded), challenge: sha256(challengePreimage('sign', encoded)) };
}

async function askForIntent({ world, signerId, keyId }: Signer, hashes: readonly Uint8Array[]): Promise<SignedStatement> {
  const ticket = makeTicket(world, { signerId, keyId, hashes });
  const seen = hashes.map((digest) => ({ digest, sizeBytes: 1 }));
  return world.sam.handlers.prepare({ ticket, documents: seen, language: 'en', pageNonce: NONCE }, CONTEXT);
}

/** On a busy machine a database may take longer to connect than a SAM waits. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--) {
    try {
      return await ask();
    } catch (cause) {
      if (left === 0 || (cause as { code?: unknown }).code !== 'database_unavailable') throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export async function answering(world: World, { challenge }: Live, assertion: Assertion): Promise<void> {
  await world.sam.handlers.authorise({ challenge, assertion, sealed: null, pageNonce: NONCE }, CONTEXT);
}
