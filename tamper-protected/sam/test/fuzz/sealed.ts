// SPDX-License-Identifier: Apache-2.0
// What the SAM sealed for itself: only the very bytes open, for the very thing that they were sealed for.
import { concat } from '@sigillo/standards/bytes';
import type { Parser } from '@sigillo/standards/test/fuzz';
import { SealedBytesError } from '../../src/sealed-bytes.ts';
import { type EnvelopeFacts, Envelopes } from '../../src/signing-key/envelope.ts';
import { SubjectKey } from '../../src/subject-key.ts';

const fixed = (length: number): Uint8Array => new Uint8Array(length).fill(0x5e);
const isRefusal = (error: unknown): boolean => error instanceof SealedBytesError;

const KEY = fixed(32);
const subject = (nonce: (length: number) => Uint8Array): SubjectKey => new SubjectKey(KEY, nonce);
const sealed: Parser<Uint8Array> = {
  name: 'sealed-bytes',
  valid: [0, 1, 40].map((length) => subject(fixed).seal('chain 1', fixed(length))),
  mutations: [],
  isRefusal,
  respell: (input) => subject(() => input.slice(0, 12)).seal('chain 1', subject(fixed).open('chain 1', input)),
};

const envelopes = new Envelopes(fixed(32), fixed);
const FACTS: EnvelopeFacts = {
  deploymentId: fixed(16),
  signerId: fixed(16),
  keyId: fixed(16),
  publicKey: fixed(91),
  algorithm: 'P-256',
  usage: 'signature',
  soleControlLevel: 2,
  policyHash: fixed(32),
  signaturesMax: 1,
};
const CLOSED = envelopes.close(FACTS, fixed(60));
const ACTIVATION_BYTES = CLOSED.activation.length;

/** Activation and envelope, one behind the other. */
const envelope: Parser<Uint8Array> = {
  name: 'envelope',
  valid: [concat(CLOSED.activation, CLOSED.envelope)],
  mutations: [(input, random) => concat(input.subarray(ACTIVATION_BYTES), input.subarray(0, ACTIVATION_BYTES + random.below(2)))],
  isRefusal,
  respell(input) {
    envelopes.open(FACTS, { activation: input.subarray(0, ACTIVATION_BYTES), envelope: input.subarray(ACTIVATION_BYTES) });
    return concat(CLOSED.activation, CLOSED.envelope);
  },
};

export const ofSealed: readonly Parser<Uint8Array>[] = [sealed, envelope];
