// SPDX-License-Identifier: Apache-2.0
// Between callers and the SAM. Requests are lost, come twice, late or in another order; so are answers. What is said passes the door's own
// schemas both ways.
import type { Answer, Request } from '@sigillo/doors/door';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import type { Handlers } from '@sigillo/wire';
import type { Faults } from './faults.ts';
import type { Life, Schedule } from './schedule.ts';
import type { Delivered } from './witness/calls.ts';
import type { Witness } from './witness/witness.ts';

export type Reply<A> = { readonly kind: 'answer'; readonly answer: A } | { readonly kind: 'refused'; readonly code: string } | { readonly kind: 'lost' };

const LATE_MS = 4000;
const PATIENCE_MS = 6000;

export interface NetworkParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly witness: Witness;
  /** Runs a check; what it throws ends the simulation. */
  readonly guard: (check: () => void) => void;
  /** Is shown every answer as it goes over the wire. */
  readonly answered: (bytes: Uint8Array) => void;
}

export class Network {
  readonly #parts: NetworkParts;
  /** Who answers now. */
  serving: { readonly life: Life; readonly handlers: Handlers<SamDoor> } | undefined;
  /** Requests that reached a SAM and were not answered yet. */
  readonly open: Set<Delivered> = new Set();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** `genuine`: the request bears the answer that the signer's own passkey gave to this intent, or that enough officers gave to this command, or the CA's own word. */
  ask<N extends keyof SamDoor>(name: N, request: Request<SamDoor[N]>, genuine: boolean = false): Promise<Reply<Answer<SamDoor[N]>>> {
    const { schedule, faults } = this.#parts;
    const bytes = encode(samDoor[name].request as Schema<unknown>, request);
    return new Promise((resolve) => {
      let replied = false;
      const reply = (said: Reply<Answer<SamDoor[N]>>): void => {
        if (replied) return;
        replied = true;
        resolve(said);
      };
      schedule.after(PATIENCE_MS, `network: nobody waits for ${name} any more`, () => reply({ kind: 'lost' }));
      const send = (): void => {
        const mostMs = faults.strikes('request_late', 0.03) ? LATE_MS : 10;
        schedule.soon(`network: ${name}`, () => this.#deliver(name, bytes, genuine, reply), undefined, mostMs);
      };
      if (faults.strikes('request_repeated', 0.05)) send();
      if (!faults.strikes('request_lost', 0.03)) send();
    });
  }

  #deliver<N extends keyof SamDoor>(name: N, bytes: Uint8Array, genuine: boolean, reply: (said: Reply<Answer<SamDoor[N]>>) => void): void {
    const { schedule, witness, guard } = this.#parts;
    const { serving } = this;
    if (serving?.life.alive !== true) return;
    const { life, handlers } = serving;
    const request = decode(samDoor[name].request as Schema<Request<SamDoor[N]>>, bytes);
    const call: Delivered<N> = { name, request, life, at: schedule.now, records: witness.journal.records.length };
    guard(() => witness.delivered(call, genuine));
    this.open.add(call);
    const handler = handlers[name] as (request: Request<SamDoor[N]>, context: object) => Promise<Answer<SamDoor[N]>> | Answer<SamDoor[N]>;
    const handle = async (): Promise<Answer<SamDoor[N]>> => handler(request, { caller: 'ssa', requestId: '', deadlineAt: Number.MAX_SAFE_INTEGER });
    handle().then(
      (answer) => this.#said(call, () => this.#answer(call, answer), reply),
      (cause: unknown) => this.#said(call, () => ({ kind: 'refused', code: witness.refused(call, cause) }), reply),
    );
  }

  #answer<N extends keyof SamDoor>(call: Delivered<N>, answer: Answer<SamDoor[N]>): Reply<Answer<SamDoor[N]>> {
    const schema = samDoor[call.name].answer as Schema<Answer<SamDoor[N]>>;
    const bytes = encode(schema, answer);
    this.#parts.answered(bytes);
    const read = decode(schema, bytes);
    this.#parts.witness.answered(call, read);
    return { kind: 'answer', answer: read };
  }

  #said<N extends keyof SamDoor>(call: Delivered<N>, read: () => Reply<Answer<SamDoor[N]>>, reply: (said: Reply<Answer<SamDoor[N]>>) => void): void {
    const { schedule, faults, guard } = this.#parts;
    this.open.delete(call);
    if (!call.life.alive) return;
    guard(() => {
      const said = read();
      schedule.say(`sam: ${call.name}: ${said.kind === 'refused' ? said.code : said.kind}`);
      if (faults.strikes('answer_lost', 0.04)) return;
      schedule.soon(`network: answer to ${call.name}`, () => reply(said), undefined, 10);
    });
  }
}
