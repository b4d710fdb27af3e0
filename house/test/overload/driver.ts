// SPDX-License-Identifier: Apache-2.0
// The clients of the overload test, in a process of their own: plain HTTP/1.1 over kept connections, as cheap as it goes, so that the load costs
// the machine little.  node driver.ts PORT FILE SECONDS CONNECTIONS [RATE]
// FILE has one line for each approval: {token, credentialId, hashes}. Without RATE every connection asks again as soon as it has its answer (closed
// loop); with it so many requests a second begin whatever the answers are (open loop). What was refused is offered again later. One line of JSON says
// how it went.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

const [port, file, seconds, connections, rate] = process.argv.slice(2) as [string, string, string, string, string?];
const TICK_MS = 2;
const DRAIN_MS = 20_000;

interface Job {
  readonly head: string;
  readonly body: string;
}

interface Result {
  status: number;
  readonly tookMs: number;
  readonly hasRetryAfter: boolean;
}

const jobs = readFileSync(file, 'utf8').trim().split('\n').flatMap((line) => jobsOf(JSON.parse(line) as { readonly token: string; readonly credentialId: string; readonly hashes: readonly string[] }));
const results: Result[] = [];
let [sent, due, unsent, lost] = [0, 0, 0, 0];
let over = false;

function jobsOf({ token, credentialId, hashes }: { readonly token: string; readonly credentialId: string; readonly hashes: readonly string[] }): Job[] {
  const head = `POST /csc/v2/signatures/signHash HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: `;
  return hashes.map((hash) => ({ head, body: JSON.stringify({ credentialID: credentialId, hashes: [hash], hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', signAlgo: '1.2.840.10045.4.3.2' }) }));
}

class Connection {
  readonly #socket: Socket;
  readonly #idle: (connection: Connection) => void;
  #job: Job | undefined;
  #sentAt = 0;
  #text = '';

  constructor(idle: (connection: Connection) => void) {
    this.#idle = idle;
    this.#socket = connect(Number(port), '127.0.0.1', () => idle(this)).setNoDelay(true);
    this.#socket.setEncoding('latin1').on('data', (part: string) => this.#take(part));
    this.#socket.on('error', () => undefined).on('close', () => {
      if (this.#job !== undefined) lost += 1;
      this.#job = undefined;
    });
  }

  ask(job: Job): void {
    this.#job = job;
    this.#sentAt = performance.now();
    sent += 1;
    this.#socket.write(`${job.head}${job.body.length}\r\n\r\n${job.body}`, 'latin1');
  }

  #take(part: string): void {
    this.#text += part;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1]);
    if (this.#text.length < end + 4 + length) return;
    const status = Number(this.#text.slice(9, 12));
    results.push({ status, tookMs: performance.now() - this.#sentAt, hasRetryAfter: /\r\nretry-after: /i.test(this.#text.slice(0, end + 2)) });
    if (status !== 200) jobs.unshift(this.#job!);
    this.#job = undefined;
    this.#text = '';
    this.#idle(this);
  }

  get isBusy(): boolean {
    return this.#job !== undefined;
  }

  end(): void {
    this.#socket.destroy();
  }
}

async function closedLoop(): Promise<Connection[]> {
  const all = Array.from({ length: Number(connections) }, () => new Connection((connection) => {
    const job = over ? undefined : jobs.pop();
    if (job !== undefined) connection.ask(job);
  }));
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  return all;
}

async function openLoop(perSecond: number): Promise<Connection[]> {
  const idle: Connection[] = [];
  const all = Array.from({ length: Number(connections) }, () => new Connection((connection) => idle.push(connection)));
  const started = performance.now();
  for (let begun = 0, now = started; now - started < Number(seconds) * 1000; now = performance.now()) {
    for (due = Math.floor(((now - started) / 1000) * perSecond); begun < due; begun++) {
      const connection = jobs.length === 0 ? undefined : idle.pop();
      if (connection === undefined) unsent += 1;
      else connection.ask(jobs.pop()!);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return all;
}

const began = performance.now();
const all = await (rate === undefined ? closedLoop() : openLoop(Number(rate)));
over = true;
const tookSeconds = (performance.now() - began) / 1000;
const within = results.length;
for (const until = performance.now() + DRAIN_MS; all.some(({ isBusy }) => isBusy) && performance.now() < until;) await new Promise((resolve) => setTimeout(resolve, 5));
const hung = all.filter(({ isBusy }) => isBusy).length;
for (const connection of all) connection.end();

const timesOf = (chosen: readonly Result[]): { readonly p50: number; readonly p99: number; readonly max: number } => {
  const sorted = chosen.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
};
const statuses: Record<string, number> = {};
for (const { status } of results) statuses[status] = (statuses[status] ?? 0) + 1;
const good = results.slice(0, within).filter(({ status }) => status === 200);
const refused = results.filter(({ status }) => status === 503 || status === 429);
process.stdout.write(`${JSON.stringify({
  seconds: tookSeconds, offeredPerSecond: (rate === undefined ? sent : due) / tookSeconds, sentPerSecond: sent / tookSeconds, goodPerSecond: good.length / tookSeconds, statuses, unsent, lost, hung, left: jobs.length,
  withoutRetryAfter: refused.filter(({ hasRetryAfter }) => !hasRetryAfter).length, goodMs: timesOf(good), refusedMs: timesOf(refused), cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
})}\n`);
