// SPDX-License-Identifier: Apache-2.0
// Commands of officers: what stops a key in their name is what enough of them signed, and works once.
import { type StopBody, stopBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { officerStopDetail } from '../../../src/journal/details.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import { holds } from '../violation.ts';
import type { Delivered } from './calls.ts';

/** They have so long to sign a command. */
const COMMAND_SECONDS = 72 * 3600;

export class WitnessedCommands {
  /** Commands that reached a SAM with the signatures of enough officers. */
  readonly #rightful = new Map<string, StopBody>();
  readonly #done = new Set<string>();

  delivered({ request: { body } }: Delivered<'officerStop'>): void {
    this.#rightful.set(toHex(body), decode(stopBody, body));
  }

  /** Whether officers commanded that this key is revoked. */
  isRevocation(body: Uint8Array, keyId: Uint8Array): boolean {
    const command = this.#rightful.get(toHex(body));
    return command?.operation === 'revoke' && sameBytes(command.keyId, keyId);
  }

  /** A record became durable. */
  take(record: JournalRecord): void {
    if (record.code !== 'officer') return;
    const { body } = decode(officerStopDetail, record.detail);
    const command = this.#rightful.get(toHex(body));
    holds('I6', command !== undefined, `record ${record.number} stops a key by a command that too few officers signed`);
    holds('I6', sameBytes(command.keyId, record.keyId!), `record ${record.number} stops another key than the officers meant`);
    holds('I6', record.event === (command.operation === 'suspend' ? 'frozen' : 'revoked'), `record ${record.number} stops a key in another way than the officers meant`);
    holds('I6', record.at / 1000 < command.notBefore + COMMAND_SECONDS + 1, `record ${record.number} carries out a command whose time is over`);
    if (record.rows.length === 0) return;
    holds('I1', !this.#done.has(toHex(body)), `record ${record.number} carries out a command again`);
    this.#done.add(toHex(body));
  }
}
