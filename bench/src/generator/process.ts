// SPDX-License-Identifier: Apache-2.0
// The load: whole HTTP/1.1 requests as bytes, sent over connections that stay open, one at a time on each. It does nothing else while the
// clock runs, so that it takes as little as possible of the processors that it measures. Started by generator.ts with a channel.
import { connect } from 'node:net';
import { connection } from './connection.ts';

export interface Task {
  readonly host: string;
  readonly port: number;
  readonly requests: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
}

/** The first `answers.length` requests were sent and answered; the answers' bodies stand in the order of the requests. */
export interface Done {
  readonly answers: readonly Uint8Array[];
  readonly tookMs: readonly number[];
  readonly seconds: number;
}

process.on('message', (task: Task) => {
  void run(task).then(
    (done) => process.send!({ done }),
    (cause: unknown) => process.send!({ fault: cause instanceof Error ? cause.message : 'the load generator failed' }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send!({ ready: true });

async function run({ host, port, requests, connections, seconds }: Task): Promise<Done> {
  const open = await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, () => connection(() => connect({ host, port, noDelay: true }))));
  const answers: Uint8Array[] = [];
  const tookMs: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  let next = 0;
  const work = (send: (typeof open)[number]['send']): Promise<void> =>
    new Promise((resolve, reject) => {
      const step = (): void => {
        const at = performance.now() < until ? next++ : requests.length;
        const request = requests[at];
        if (request === undefined) return resolve();
        const sent = performance.now();
        send(request, (body) => {
          answers[at] = body;
          tookMs[at] = performance.now() - sent;
          step();
        }, reject);
      };
      step();
    });
  await Promise.all(open.map(({ send }) => work(send)));
  const took = (performance.now() - started) / 1000;
  for (const { close } of open) close();
  return { answers, tookMs, seconds: took };
}
