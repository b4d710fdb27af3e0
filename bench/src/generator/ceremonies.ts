// SPDX-License-Identifier: Apache-2.0
// All that the trust core does for one signature: prepare, the passkey, authorise, signHash. What the page and the application can have
// ready is ready; the passkey's signature and the token are made between the answers, as they must be.
import { randomBytes } from 'node:crypto';
import { sha256 } from '@sigillo/wire';
import { type Approval, type Client, type Parties, signaturesOf } from '../client/approval.ts';
import type { Holder, Setting } from '../client/setting.ts';
import { inTurn, type Turns } from './in-turn.ts';
import type { Signed } from './signatures.ts';

type Performance = Pick<Turns, 'seconds' | 'connections' | 'perSecond'>;

export interface Performed {
  readonly ceremonies: number;
  readonly seconds: number;
  readonly tookMs: readonly number[];
  readonly sample: readonly Signed[];
}

interface Ready {
  readonly content: Uint8Array;
  readonly approval: Approval;
}

const SAMPLE = 64;
const CONTENT_BYTES = 64;

export class Ceremonies {
  readonly #setting: Setting;
  readonly #client: Client;
  readonly #holders: readonly Holder[];
  #parties: readonly Parties[] | undefined;
  #ready: Ready[] = [];

  constructor(setting: Setting, client: Client, holders: readonly Holder[]) {
    this.#setting = setting;
    this.#client = client;
    this.#holders = holders;
  }

  /** Tickets and proofs for so many ceremonies, the signers in turn. */
  ready({ count }: { readonly count: number }): void {
    const parties = (this.#parties ??= this.#holders.map((holder) => this.#client.parties(holder, 'bearer')));
    this.#ready = Array.from({ length: count }, (_, n) => {
      const content = randomBytes(CONTENT_BYTES);
      return { content, approval: this.#client.approval(parties[n % parties.length]!, [sha256(content)]) };
    });
  }

  async perform({ seconds, connections, perSecond }: Performance): Promise<Performed> {
    const ready = this.#ready;
    const answers: Uint8Array[] = [];
    const ran = await inTurn({ ssaUrl: this.#setting.ssaUrl, connections, count: ready.length, seconds, perSecond }, (connection, at, done, failed) => {
      const { approval } = ready[at]!;
      connection.send(approval.prepare, (prepared) => {
        connection.send(approval.authorise(prepared), (authorised) => {
          connection.send(this.#client.signHash(approval.parties, approval.token(authorised), approval.hashes), (answer) => {
            answers[at] = answer;
            done();
          }, failed);
        }, failed);
      }, failed);
    });
    const sample = answers.slice(-SAMPLE).map((answer, n) => signed(ready[Math.max(0, answers.length - SAMPLE) + n]!, answer));
    return { ceremonies: ran.done, seconds: ran.seconds, tookMs: ran.tookMs, sample };
  }
}

function signed({ content, approval }: Ready, answer: Uint8Array): Signed {
  return { keyId: approval.parties.asked.keyId, content, signature: Buffer.from(signaturesOf(answer)[0]!, 'base64') };
}
