// SPDX-License-Identifier: Apache-2.0
// What all statements of the SAM have in common that this CA acts on: the SAM signed them, for this deployment, lately, and officers signed what justifies them.
import { ecdsaSignatureToDer } from '@sigillo/standards/algorithms';
import { officerChallengePreimage, signedPreimage, type Approval, type OfficerCommand } from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { sha256, verifySignature } from '@sigillo/wire';
import { proveAssertion } from './assertion.ts';
import { OrderError, type OrderErrorCode } from './error.ts';
import type { Officer, Pins } from './pins.ts';

/** A statement older than this was overtaken by something; the SAM makes a new one. */
const AGE_SECONDS_MAX = 3600;
const CLOCK_SLACK_SECONDS = 60;
const SAM_ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;

export interface SignedStatement {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

export function proveSamSignature(pins: Pins, type: 'order' | 'revocation', { statement, signature }: SignedStatement): void {
  attempt('order_signature', () => verifySignature(SAM_ALGORITHM, pins.samIdentityKey, signedPreimage(type, statement), ecdsaSignatureToDer(signature, 'P-256')));
}

export function isHere(pins: Pins, body: { readonly deploymentId: Uint8Array; readonly samId: Uint8Array }): boolean {
  return sameBytes(body.deploymentId, pins.deploymentId) && sameBytes(body.samId, pins.samId);
}

export function proveLately({ issued }: { readonly issued: number }, nowSeconds: number): void {
  if (issued + AGE_SECONDS_MAX < nowSeconds || issued > nowSeconds + CLOCK_SLACK_SECONDS) throw new OrderError('order_stale');
}

/** An officer of this deployment signed this command over this body, with an authenticator of their own. */
export function proveOfficer(pins: Pins, body: Uint8Array, approval: Approval, command: OfficerCommand, code: OrderErrorCode): Officer {
  const officer = pins.officers.get(toHex(approval.officerId));
  const authenticator = officer?.authenticators.find(({ credentialId }) => sameBytes(credentialId, approval.assertion.credentialId));
  if (officer === undefined || authenticator === undefined) throw new OrderError(code);
  const challenge = sha256(officerChallengePreimage(command, body, approval.officerId));
  attempt(code, () => proveAssertion(approval.assertion, { challenge, origin: pins.officerOrigin, rpId: pins.officerRpId, coseKey: authenticator.coseKey }));
  return officer;
}

/** Other persons all, with authenticators of their own. */
export class Distinct {
  readonly #persons = new Set<string>();
  readonly #authenticators = new Set<string>();
  readonly #code: OrderErrorCode;

  constructor(code: OrderErrorCode) {
    this.#code = code;
  }

  add({ personId }: Officer, { assertion }: Approval): void {
    const authenticator = toHex(assertion.credentialId);
    if (this.#persons.has(personId) || this.#authenticators.has(authenticator)) throw new OrderError(this.#code);
    this.#persons.add(personId);
    this.#authenticators.add(authenticator);
  }
}

export function parse<T>(schema: Schema<T>, bytes: Uint8Array): T {
  return attempt('order_malformed', () => decode(schema, bytes));
}

export function attempt<T>(code: OrderErrorCode, prove: () => T): T {
  try {
    return prove();
  } catch (cause) {
    throw new OrderError(code, { cause });
  }
}
