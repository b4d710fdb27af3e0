// SPDX-License-Identifier: Apache-2.0
// Whoever wants the door to do nothing else: bodies without end, JSON without bottom, headers without number, connections that say nothing.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { attack, Refused, send } from './stage.ts';

const MEBIBYTE = 1_048_576;
/** Of a gigabyte that is taken; more would only fill this machine's memory. */
const POURED_MAX = 64 * MEBIBYTE;

suite('attacks with too much', () => {
  attack({
    id: 'DOS-02',
    title: 'a body of many megabytes',
    guard: 'limits.ts',
    code: 'body_too_large',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const { port } = scene;
      await strike(() => send(port, '/take', `{"text":"${'x'.repeat(5 * MEBIBYTE)}"}`));
      assert.equal(await scene.honest(), 200);
    },
  });

  attack({
    id: 'DOS-03',
    title: 'JSON a thousand levels deep',
    guard: 'limits.ts',
    code: 'json_too_deep',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const { port } = scene;
      await strike(() => send(port, '/take', `{"more":${'['.repeat(1000)}${']'.repeat(1000)}}`));
      assert.equal(await scene.honest(), 200);
    },
  });

  attack({
    id: 'DOS-01',
    title: 'five hundred connections that say nothing, or one word after the other',
    guard: 'limits.ts',
    code: '408',
    event: null,
    gains: 'answer',
    options: { faster: 100 },
    run: async (scene, strike) => {
      const sockets = Array.from({ length: 500 }, () => connect(scene.port, '127.0.0.1'));
      const closed = Promise.all(sockets.map(untilClosed));
      const begun = sockets.filter((_, i) => i % 2 === 0);
      for (const socket of begun) socket.write('POST /take HTTP/1.1\r\nHost: a\r\n');
      const words = setInterval(() => begun.slice(0, 10).forEach((socket) => socket.write('x: y\r\n')), 50);
      try {
        for (let i = 0; i < 20; i++) assert.equal(await scene.honest(), 200, 'others are served');
        // A minute takes six tenths of a second here; two minutes and more are held by those whom nobody ends.
        await strike(async () => {
          const answers = await Promise.race([closed, pause(2000, undefined, { ref: false })]);
          if (answers === undefined) return;
          for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 |^$/);
          throw new Refused(408, '408');
        });
        assert.equal(await scene.honest(), 200);
      } finally {
        clearInterval(words);
        for (const socket of sockets) socket.destroy();
      }
    },
  });

  for (const [title, head] of [
    ['announced', `Content-Length: ${1024 * MEBIBYTE}`],
    ['not announced', 'Transfer-Encoding: chunked'],
  ] as const)
    attack({
      id: 'DOS-02',
      title: `a body of a gigabyte, ${title}`,
      guard: 'limits.ts',
      code: '413',
      event: null,
      gains: 'answer',
      run: async (scene, strike) => {
        const before = process.memoryUsage().rss;
        await strike(async () => {
          const answer = await pour(scene.port, head);
          if (answer !== '') throw new Refused(413, answer.split(' ', 2)[1] ?? '');
        });
        assert.ok(process.memoryUsage().rss - before < 4 * POURED_MAX);
        assert.equal(await scene.honest(), 200);
      },
    });

  for (const [title, headers] of [
    ['one header without end', { long: 'x'.repeat(100_000) }],
    ['a thousand headers', Object.fromEntries(Array.from({ length: 1900 }, (_, i) => [`x-${i}`, 'y'.repeat(20)]))],
  ] as const)
    attack({
      id: 'DOS-05',
      title,
      guard: 'limits.ts',
      code: '431',
      event: null,
      gains: 'answer',
      run: async (scene, strike) => {
        // Whoever still writes when the connection is closed never reads the answer.
        await strike(() => send(scene.port, '/take', '{}', headers).catch((cause: { readonly code?: unknown }) => {
          throw cause.code === 'ECONNRESET' || cause.code === 'EPIPE' ? new Refused(431, '431') : cause;
        }));
        assert.equal(await scene.honest(), 200);
      },
    });

  attack({
    id: 'DOS-06',
    title: 'a thousand paths that do not exist',
    guard: 'route-name.ts',
    code: 'unknown',
    event: null,
    gains: 'answer',
    run: async (scene, strike) => {
      const { port, log } = scene;
      await strike(async () => {
        for (let i = 0; i < 1000; i++) await assert.rejects(send(port, `/${i}/${Math.random().toString(36)}`, '{}'), { code: 'not_found' });
        assert.equal(await scene.honest(), 200);
        const named = log.map((line) => (JSON.parse(line) as { readonly route?: string }).route).filter((route) => route !== undefined);
        const routes = new Set(named);
        // What is counted and logged has as many names as there are routes.
        if (routes.size <= 2) throw new Refused(404, [...routes].find((route) => route !== '/take')!);
        assert.ok(routes.size > 1000);
      });
    },
  });
});

/** What came before the end of a connection. */
function untilClosed(socket: Socket): Promise<string> {
  let heard = '';
  socket.on('error', () => undefined).on('data', (part) => (heard += part.toString('latin1')));
  return new Promise((resolve) => socket.once('close', () => resolve(heard)));
}

/** Pours a body in until it is answered, or until so much of it was taken that all of it would be: then the answer is empty. */
function pour(port: number, head: string): Promise<string> {
  return new Promise((resolve) => {
    let sent = 0;
    let answer = '';
    const isAnswered = (): boolean => answer !== '';
    const socket = connect(port, '127.0.0.1');
    const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    const more = (): void => {
      while (!socket.destroyed && !isAnswered()) {
        if (sent >= POURED_MAX) return void socket.destroy();
        sent += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on('drain', more).on('error', () => undefined);
    socket.on('data', (part) => {
      answer += part.toString('latin1');
      socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.write(`POST /take HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n${head}\r\n\r\n`);
    more();
  });
}
