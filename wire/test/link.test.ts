// SPDX-License-Identifier: Apache-2.0
// Links over real sockets, with callers and servers that behave and that do not.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { encode, SchemaError } from '@sigillo/doors/schema';
import { LinkError } from '../src/index.ts';
import { context, openSample, requestFrame, sampleDoor } from './sample-door.ts';

const sample = await openSample();
after(() => sample.close());

const failing = (kind: LinkError['kind'], code: string) => (error: unknown) => error instanceof LinkError && error.kind === kind && error.code === code;
const numberBody = encode(sampleDoor.double.request, { value: 21 });
const stillServes = async (): Promise<void> => {
  const link = sample.connect();
  assert.deepEqual(await link.call('double', { value: 21 }, context), { value: 42 });
  link.close();
};

test('the socket is its owner\'s alone', () => {
  assert.equal(statSync(sample.path).mode & 0o777, 0o600);
});

test('many calls on one connection find their answers, whatever their order', async () => {
  const link = sample.connect();
  const calls = Array.from({ length: 200 }, (_, value) => (value % 2 === 0 ? link.call('double', { value }, context) : link.call('wait', { value: (value * 7) % 40 }, context)));
  const answers = await Promise.all(calls);
  for (const [value, answer] of answers.entries()) assert.equal(answer.value, value % 2 === 0 ? value * 2 : (value * 7) % 40);
});

test('large messages arrive whole', async () => {
  const link = sample.connect();
  const block = randomBytes(1_500_000);
  const { block: back } = await link.call('echo', { block }, context);
  assert.deepEqual(Buffer.from(back), block);
});

test('a refusal travels as its code; a failure as nothing but that it failed', async () => {
  const link = sample.connect();
  await assert.rejects(link.call('refuse', { value: 1 }, context), failing('refused', 'not_today'));
  await assert.rejects(link.call('fail', { value: 1 }, context), failing('refused', 'internal'));
  const logged = sample.lines.join('');
  assert.match(logged, /"event":"refused".*"route":"refuse".*"code":"not_today"/);
  assert.match(logged, /"event":"handler_failed".*"requestId":"r-1"/);
  assert.ok(!logged.includes('a secret in a message'));
});

test('a request that does not follow its table is not sent', async () => {
  const link = sample.connect();
  await assert.rejects(link.call('double', { value: -1 }, context), SchemaError);
  await assert.rejects(link.call('double', { value: 1, more: 2 } as { readonly value: number }, context), SchemaError);
});

test('a caller waits no longer than its deadline, and knows then that it does not know', async () => {
  const link = sample.connect();
  await assert.rejects(link.call('wait', { value: 1500 }, { ...context, deadlineMs: 60 }), failing('unknown', 'deadline'));
  assert.deepEqual(await link.call('double', { value: 3 }, context), { value: 6 });
});

test('an answer that comes too late is dropped and reaches nobody else', async () => {
  const link = sample.connect();
  await assert.rejects(link.call('wait', { value: 150 }, { ...context, deadlineMs: 60 }), failing('unknown', 'deadline'));
  assert.deepEqual(await link.call('wait', { value: 200 }, context), { value: 200 });
});

test('whoever holds another key is refused, on either end', async () => {
  const stranger = sample.connect({ key: randomBytes(32) });
  await assert.rejects(stranger.call('double', { value: 1 }, context), failing('not_sent', 'handshake_refused'));
  const elsewhere = sample.connect({ name: 'another-door' });
  await assert.rejects(elsewhere.call('double', { value: 1 }, context), failing('not_sent', 'handshake_refused'));
  await stillServes();
});

test('a server that does not hold the key gets no message', async () => {
  const path = `${sample.path}-false`;
  const received: Buffer[] = [];
  const impostor = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(randomBytes(32));
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      socket.write(randomBytes(32));
    });
  });
  await new Promise<void>((resolve) => impostor.listen(path, resolve));
  const link = sample.connect({ path });
  await assert.rejects(link.call('double', { value: 1 }, context), failing('not_sent', 'handshake_refused'));
  assert.equal(Buffer.concat(received).length, 64);
  link.close();
  await new Promise((resolve) => impostor.close(resolve));
});

test('an old proof does not open a new connection', async () => {
  const first = await sample.raw();
  const replayed = randomBytes(64);
  first.socket.write(replayed);
  await first.closed();
  const second = await sample.raw();
  second.socket.write(replayed);
  await second.closed();
  assert.match(sample.lines.join(''), /handshake_refused/);
});

const hostile: readonly (readonly [string, string, (caller: Awaited<ReturnType<typeof sample.raw>>) => void])[] = [
  ['a frame that is no CBOR', 'frame_malformed', (caller) => caller.send(Uint8Array.of(0xff, 0xff))],
  ['an empty frame', 'frame_malformed', (caller) => caller.send(new Uint8Array(0))],
  ['a frame with something behind it', 'frame_malformed', (caller) => caller.send(Buffer.concat([Buffer.from([0xa0]), Buffer.from([0])]))],
  ['a frame that says it is larger than any', 'frame_too_large', (caller) => caller.socket.write(Buffer.of(0x7f, 0xff, 0xff, 0xff))],
  ['an unknown message', 'message_unknown', (caller) => caller.request(99, numberBody)],
  ['a body of another message', 'message_malformed', (caller) => caller.request(5, numberBody)],
  ['a body that is cut', 'message_malformed', (caller) => caller.request(1, numberBody.subarray(1))],
];
for (const [what, code, act] of hostile) {
  test(`${what} is refused with ${code}, the connection closed, and nobody else notices`, async () => {
    const bystander = sample.connect();
    const waiting = bystander.call('wait', { value: 100 }, context);
    const caller = await sample.raw(sample.key);
    act(caller);
    const answer = await caller.answer();
    assert.deepEqual([answer.ok, answer.code, answer.body.length], [false, code, 0]);
    await caller.closed();
    assert.deepEqual(await waiting, { value: 100 });
    await stillServes();
  });
}

test('a caller that reads no answers is not read either, and gets them all when it reads again', async () => {
  const caller = await sample.raw(sample.key);
  caller.socket.pause();
  const block = encode(sampleDoor.echo.request, { block: randomBytes(1_000_000) });
  const count = 40;
  for (let id = 1; id <= count; id++) caller.request(sampleDoor.echo.number, block, { id });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(caller.socket.writableLength > 20_000_000, `${caller.socket.writableLength} bytes wait at the caller`);
  await stillServes();
  caller.socket.resume();
  for (let id = 1; id <= count; id++) assert.equal((await caller.answer()).id, id);
});

test('a caller that was refused and reads nothing loses its connection', async () => {
  await sample.stopServing();
  await sample.serve({ connectionsMax: 1 });
  const caller = await sample.raw(sample.key);
  caller.socket.pause();
  caller.send(Uint8Array.of(0xff, 0xff));
  await new Promise((resolve) => setTimeout(resolve, 700));
  await stillServes();
  await sample.stopServing();
  await sample.serve();
});

test('after one bad frame nothing that came with it is heard', async () => {
  const caller = await sample.raw(sample.key);
  caller.socket.write(Buffer.concat([requestFrame(99, numberBody, { id: 1 }), requestFrame(1, numberBody, { id: 2 })]));
  assert.equal((await caller.answer()).code, 'message_unknown');
  await assert.rejects(caller.answer(), /closed/);
});

test('a late message is refused and the connection stays', async () => {
  const caller = await sample.raw(sample.key);
  caller.request(1, numberBody, { deadlineMs: 0 });
  assert.equal((await caller.answer()).code, 'message_late');
  caller.request(1, numberBody);
  assert.equal((await caller.answer()).ok, true);
});

test('bytes may come one at a time', async () => {
  const caller = await sample.raw(sample.key);
  for (const byte of Buffer.concat([requestFrame(1, numberBody), requestFrame(1, numberBody, { id: 8 })])) {
    caller.socket.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual([(await caller.answer()).id, (await caller.answer()).id], [7, 8]);
});

test('a message for one caller is refused to the others', async () => {
  const other = randomBytes(32);
  await sample.stopServing();
  await sample.serve({ callers: { friend: sample.key, chief: other }, allowed: { privileged: ['chief'] } });
  await assert.rejects(sample.connect().call('privileged', { value: 1 }, context), failing('refused', 'caller_not_allowed'));
  assert.deepEqual(await sample.connect({ key: other }).call('privileged', { value: 1 }, context), { value: 1 });
});

test('more work than there is room for is refused at once, on both ends', async () => {
  await sample.stopServing();
  await sample.serve({ inFlightMax: 2 });
  const link = sample.connect();
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => link.call('wait', { value: 60 }, context)));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'rejected' && failing('refused', 'busy')(outcome.reason)).length, 3);
  const narrow = sample.connect({ pendingMax: 1 });
  const [first, second] = await Promise.allSettled([narrow.call('wait', { value: 60 }, context), narrow.call('wait', { value: 60 }, context)]);
  assert.equal(first.status, 'fulfilled');
  assert.ok(second.status === 'rejected' && failing('not_sent', 'link_busy')(second.reason));
});

test('there is room for so many connections and no more', async () => {
  await sample.stopServing();
  await sample.serve({ connectionsMax: 1 });
  const first = sample.connect();
  await first.call('double', { value: 1 }, context);
  await assert.rejects(sample.connect().call('double', { value: 1 }, { ...context, deadlineMs: 150 }), failing('not_sent', 'link_down'));
  first.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await stillServes();
});

test('a server that goes leaves calls under way unknown; one that comes again is found', async () => {
  await sample.stopServing();
  await sample.serve();
  const link = sample.connect();
  await link.call('double', { value: 1 }, context);
  const lost = link.call('wait', { value: 1000 }, context);
  const outcome = assert.rejects(lost, failing('unknown', 'link_lost'));
  await new Promise((resolve) => setTimeout(resolve, 40));
  await sample.stopServing();
  await outcome;
  await assert.rejects(link.call('double', { value: 1 }, { ...context, deadlineMs: 120 }), failing('not_sent', 'link_down'));
  const soon = link.call('double', { value: 4 }, context);
  await sample.serve();
  assert.deepEqual(await soon, { value: 8 });
});

test('where the other side stays away, nobody waits for long, and after a while not at all; then it is found again', async () => {
  await sample.stopServing();
  // The link's clock runs twenty times as fast as ours.
  const link = sample.connect({ monotonic: () => performance.now() * 20 });
  const started = performance.now();
  await assert.rejects(link.call('double', { value: 1 }, context), failing('not_sent', 'link_down'));
  const waited = performance.now() - started;
  assert.ok(waited > 150 && waited < 450, `half of its deadline of 500 ms, not ${waited} ms`);
  const again = performance.now();
  await assert.rejects(link.call('double', { value: 1 }, context), failing('not_sent', 'link_down'));
  assert.ok(performance.now() - again < 100);
  await sample.serve();
  assert.deepEqual(await link.call('double', { value: 2 }, context), { value: 4 });
  link.close();
});

test('a stale socket of a dead process is replaced', async () => {
  await sample.stopServing();
  const stale = createServer();
  await new Promise<void>((resolve) => stale.listen(`${sample.path}-stale`, resolve));
  await sample.serve({ path: `${sample.path}-stale` });
  assert.deepEqual(await sample.connect({ path: `${sample.path}-stale` }).call('double', { value: 1 }, context), { value: 2 });
  await sample.stopServing();
  stale.close();
  await sample.serve();
});

test('a closed link gives up what it waited for and sends nothing more', async () => {
  const link = sample.connect();
  await link.call('double', { value: 1 }, context);
  const waiting = assert.rejects(link.call('wait', { value: 500 }, context), failing('unknown', 'link_closed'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  link.close();
  await waiting;
  await assert.rejects(link.call('double', { value: 1 }, context), failing('not_sent', 'link_closed'));
});

test('who has somebody else to ask does not wait for a connection that is down, and finds the one that is back', async () => {
  await sample.stopServing();
  // No time passes for this link: whoever waits, waits for ever.
  const link = sample.connect({ monotonic: () => 0 });
  await assert.rejects(link.call('double', { value: 1 }, { ...context, patienceMs: 0 }), failing('not_sent', 'link_down'));
  const patient = link.call('double', { value: 3 }, context);
  await assert.rejects(link.call('double', { value: 1 }, { ...context, patienceMs: 0 }), failing('not_sent', 'link_down'));
  await sample.serve();
  assert.deepEqual(await patient, { value: 6 });
  assert.deepEqual(await link.call('double', { value: 2 }, { ...context, patienceMs: 0 }), { value: 4 });
  link.close();
});
