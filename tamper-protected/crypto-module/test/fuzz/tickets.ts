// SPDX-License-Identifier: Apache-2.0
// Tickets with every change that the SAM, which holds K_ticket, could MAC. What the module signs for is decoded again and must be the ticket as it came; a
// request must name exactly the subject of its ticket.
import {
  CERTIFICATION_TICKET_TAG,
  certificationTicketBody,
  TICKET_TAG,
  ticketBody,
  type TicketBody,
} from '@sigillo/doors/crypto-module';
import { decode, encode, type Schema, SchemaError } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { CborError } from '@sigillo/standards/cbor';
import { cborMutation, type Parser } from '@sigillo/standards/test/fuzz';
import { encodeName, parseCertificationRequest } from '@sigillo/standards/x509';
import { monotonicMs } from '@sigillo/wire';
import { CryptoModuleError } from '../../src/index.ts';
import { certificationTicketFor, macOf, newKey, openModuleUnderTest, ticketFor } from '../module-under-test.ts';

const under = openModuleUnderTest();
export const closeModule = (): void => under.close();
const key = await newKey(under, 'P-256');
const isRefusal = (error: unknown): boolean => error instanceof CryptoModuleError;

const ES256 = { scheme: 'ecdsa', hash: 'sha256' } as const;
const DIGEST = new Uint8Array(32).fill(0xd1);
const bodyOf = (change: Partial<TicketBody>): Uint8Array =>
  ticketFor(under, key, ES256, DIGEST, { operation: new Uint8Array(32).fill(1), ...change }).body;

/**
 * A ticket signs once, its time is soon over, and a high epoch ends all lower ones: what follows its table is put to another index, to now, and to the one
 * epoch, so that the next has its turn.
 */
let index = 0;
function fresh(input: Uint8Array): Uint8Array {
  index = (index + 1) % 100_000;
  return changed(ticketBody, input, { index, epoch: 1, expires: monotonicMs() + 500 });
}

function changed<T>(schema: Schema<T>, input: Uint8Array, change: Partial<T>): Uint8Array {
  try {
    return encode(schema, { ...decode(schema, input), ...change });
  } catch (error) {
    if (error instanceof SchemaError || error instanceof CborError) return input;
    throw error;
  }
}

const signature: Parser<Uint8Array> = {
  name: 'signature-ticket',
  valid: [bodyOf({}), bodyOf({ index: 7 })],
  mutations: [cborMutation],
  isRefusal,
  async respell(input) {
    const body = fresh(input);
    const signatures = await under.module.sign(key.wrapped, [{ body, mac: macOf(under.ticketKey, TICKET_TAG, body) }]);
    const said = decode(ticketBody, body);
    const isWhole = signatures.length === 1 && sameBytes(said.keyId, key.keyId) && sameBytes(said.publicKey, key.publicKey);
    return isWhole ? encode(ticketBody, decode(ticketBody, input)) : new Uint8Array(0);
  },
  share: 1 / 5,
};

const SUBJECT = encodeName([{ type: 'countryName', value: 'JP' }, { type: 'commonName', value: 'Prüfer' }]);
const certification: Parser<Uint8Array> = {
  name: 'certification-ticket',
  valid: [certificationTicketFor(under, key, SUBJECT).body],
  mutations: [cborMutation],
  isRefusal,
  async respell(input) {
    const body = changed(certificationTicketBody, input, { epoch: 1 });
    const request = await under.module.certificationRequest({ body, mac: macOf(under.ticketKey, CERTIFICATION_TICKET_TAG, body) }, key.wrapped);
    const { subject, spki } = parseCertificationRequest(request);
    return encode(certificationTicketBody, { ...decode(certificationTicketBody, input), subject: subject.encoded, publicKey: spki });
  },
  share: 1 / 5,
};

const DERIVED = under.module.seal(new Uint8Array(32).fill(3));
const sealed: Parser<Uint8Array> = {
  name: 'module-sealed',
  valid: [DERIVED],
  mutations: [],
  isRefusal,
  respell: (input) => (under.module.unseal(input), DERIVED),
};

const wrapped: Parser<Uint8Array> = {
  name: 'wrapped-key',
  valid: [key.wrapped],
  mutations: [cborMutation],
  isRefusal,
  async respell(input) {
    const { body } = certificationTicketFor(under, key, SUBJECT);
    await under.module.certificationRequest({ body, mac: macOf(under.ticketKey, CERTIFICATION_TICKET_TAG, body) }, input);
    return key.wrapped;
  },
};

export const ofModule: readonly Parser<Uint8Array>[] = [signature, certification, wrapped, sealed];
