// SPDX-License-Identifier: Apache-2.0
// Whoever wants the door to do nothing else: bodies without end, JSON without bottom, headers without number, connections that say nothing.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { suite } from 'node:test';
import * as http from '../../src/index.ts';
import { attack, attackByConstruction, openScene, type Scene, send } from './stage.ts';

const MEBIBYTE = 1_048_576;

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
});

async function inScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(http);
  try {
    await work(scene);
  } finally {
    await scene.door.close();
  }
}

attackByConstruction({
  id: 'DOS-01',
  title: 'five hundred connections that say nothing, or one word a second',
  code: 'requestTimeout',
}, () =>
  inScene(async (scene) => {
    const { door, port } = scene;
    const sockets: Socket[] = [];
    for (let i = 0; i < 500; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (i % 2 === 0) socket.write('POST /take HTTP/1.1\r\nHost: a\r\n');
      sockets.push(socket);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < 20; i++) assert.equal(await scene.honest(), 200, 'others are served');
    // Each of them is closed after a minute; nobody waits that long here.
    for (const milliseconds of [door.server.requestTimeout, door.server.headersTimeout]) assert.ok(
      milliseconds > 0 && milliseconds <= 60_000,
    );
    for (const socket of sockets) socket.destroy();
  }));

attackByConstruction({ id: 'DOS-02', title: 'a body of a gigabyte, announced or not', code: 'body_too_large' }, () =>
  inScene(async (scene) => {
    const { port } = scene;
    const before = process.memoryUsage().rss;
    for (const head of [`Content-Length: ${1024 * MEBIBYTE}`, 'Transfer-Encoding: chunked']) {
      const { answer, sent } = await pour(port, head);
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.ok(sent < 64 * MEBIBYTE, `${sent} bytes went out before the answer`);
    }
    assert.ok(process.memoryUsage().rss - before < 128 * MEBIBYTE);
    assert.equal(await scene.honest(), 200);
  }));

attackByConstruction({ id: 'DOS-05', title: 'a thousand headers, or one without end', code: '431' }, () =>
  inScene(async (scene) => {
    const { port } = scene;
    for (const headers of [
      { long: 'x'.repeat(100_000) },
      Object.fromEntries(Array.from({ length: 1900 }, (_, i) => [`x-${i}`, 'y'.repeat(20)])),
    ]) {
      // Whoever still writes when the connection is closed never reads the answer.
      await assert.rejects(
        send(port, '/take', '{}', headers),
        ({ status, code }: { readonly status?: number; readonly code?: unknown }) => status === 431 || code === 'ECONNRESET' || code === 'EPIPE',
      );
      assert.equal(await scene.honest(), 200);
    }
  }));

attackByConstruction({ id: 'DOS-06', title: 'a thousand paths that do not exist', code: 'not_found' }, () =>
  inScene(async (scene) => {
    const { port, log } = scene;
    for (let i = 0; i < 1000; i++) await assert.rejects(send(port, `/${i}/${Math.random().toString(36)}`, '{}'), { code: 'not_found' });
    assert.equal(await scene.honest(), 200);
    const routes = new Set(
      log.map((line) => (JSON.parse(line) as { readonly route?: string }).route).filter((route) => route !== undefined),
    );
    assert.deepEqual([...routes].sort(), ['/take', 'unknown'], 'what is counted and logged has as many names as there are routes');
  }));

/** Pours a body in until it is answered; says how much went out. */
function pour(port: number, head: string): Promise<{ readonly answer: string; readonly sent: number }> {
  return new Promise((resolve) => {
    let sent = 0;
    let answer = '';
    const isAnswered = (): boolean => answer !== '';
    const socket = connect(port, '127.0.0.1');
    const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    const more = (): void => {
      while (!socket.destroyed && !isAnswered() && sent < 1024 * MEBIBYTE) {
        sent += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on('drain', more).on('error', () => undefined);
    socket.on('data', (part) => {
      answer += part.toString('latin1');
      socket.destroy();
    });
    socket.on('close', () => resolve({ answer, sent }));
    socket.write(`POST /take HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n${head}\r\n\r\n`);
    more();
  });
}
