// SPDX-License-Identifier: Apache-2.0
// signHash for what was approved before the clock runs: ready-made requests, and nothing is looked at before it has stopped.
import { randomBytes } from 'node:crypto';
import { sha256 } from '@sigillo/wire';
import { type Client, type Parties, signaturesOf, type Tokens } from '../client/approval.ts';
import type { Holder, Setting } from '../client/setting.ts';
import { inTurn, type Ran } from './in-turn.ts';

export interface Wanted {
  readonly tokens: Tokens;
  readonly count: number;
  readonly each: number;
  readonly perRequest: number;
}

export interface Signed {
  readonly keyId: string;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedAll {
  readonly signatures: number;
  readonly seconds: number;
  readonly tookMs: readonly number[];
  /** The last ones, for whoever verifies. */
  readonly sample: readonly Signed[];
  /** Requests that are left. */
  readonly left: number;
}

interface Job {
  readonly parties: Parties;
  readonly contents: readonly Uint8Array[];
  readonly request: Uint8Array;
}

const APPROVED_AT_ONCE = 16;
const CONTENT_BYTES = 64;
const SAMPLE = 16;

export class Signatures {
  readonly #setting: Setting;
  readonly #client: Client;
  readonly #holders: readonly Holder[];
  readonly #parties = new Map<Tokens, readonly Parties[]>();
  #jobs: Job[] = [];
  #turn = 0;

  constructor(setting: Setting, client: Client, holders: readonly Holder[]) {
    this.#setting = setting;
    this.#client = client;
    this.#holders = holders;
  }

  /** So many approvals, the signers in turn, of `each` hashes, and the requests that will ask for `perRequest` of them. */
  async approve({ tokens, count, each, perRequest }: Wanted): Promise<void> {
    const parties = this.#parties.get(tokens) ?? this.#holders.map((holder) => this.#client.parties(holder, tokens));
    this.#parties.set(tokens, parties);
    const approvals = Array.from({ length: count }, () => newContents(this.#client, parties[this.#turn++ % parties.length]!, each));
    const granted: string[] = [];
    await inTurn({ ssaUrl: this.#setting.ssaUrl, connections: APPROVED_AT_ONCE, count: approvals.length, seconds: Infinity }, (connection, at, done, failed) => {
      const { approval } = approvals[at]!;
      connection.send(approval.prepare, (prepared) => {
        connection.send(approval.authorise(prepared), (authorised) => {
          granted[at] = approval.token(authorised);
          done();
        }, failed);
      }, failed);
    });
    // Those at work at the same time belong to different approvals as far as possible.
    for (let from = 0; from < each; from += perRequest) {
      for (const [at, { approval, contents }] of approvals.entries()) {
        const request = this.#client.signHash(approval.parties, granted[at]!, approval.hashes.slice(from, from + perRequest));
        this.#jobs.push({ parties: approval.parties, contents: contents.slice(from, from + perRequest), request });
      }
    }
  }

  /** The clock runs in here, until it is over or nothing is left. */
  async sign({ seconds, connections }: { readonly seconds: number; readonly connections: number }): Promise<SignedAll> {
    const jobs = this.#jobs;
    const answers: Uint8Array[] = [];
    const ran = await inTurn({ ssaUrl: this.#setting.ssaUrl, connections, count: jobs.length, seconds }, (connection, at, done, failed) => {
      connection.send(jobs[at]!.request, (answer) => {
        answers[at] = answer;
        done();
      }, failed);
    });
    this.#jobs = jobs.slice(ran.done);
    return counted(jobs, answers, ran);
  }
}

function newContents(client: Client, parties: Parties, count: number) {
  const contents = Array.from({ length: count }, () => randomBytes(CONTENT_BYTES));
  return { contents, approval: client.approval(parties, contents.map((content) => sha256(content))) };
}

function counted(jobs: readonly Job[], answers: readonly Uint8Array[], { done, seconds, tookMs }: Ran): SignedAll {
  let signatures = 0;
  const sample: Signed[] = [];
  for (const [at, answer] of answers.entries()) {
    const { parties, contents } = jobs[at]!;
    const got = signaturesOf(answer);
    if (got.length !== contents.length) throw new Error('an answer has other signatures than were asked for');
    signatures += got.length;
    if (at >= done - SAMPLE) sample.push(...contents.map((content, n) => ({ keyId: parties.asked.keyId, content, signature: Buffer.from(got[n]!, 'base64') })));
  }
  return { signatures, seconds, tookMs, sample, left: jobs.length - done };
}
