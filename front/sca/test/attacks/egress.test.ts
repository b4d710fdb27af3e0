// SPDX-License-Identifier: Apache-2.0
// Addresses that would lead this process to where it has no business: the machine itself, the network behind it, clouds' own addresses, in
// all the spellings in which the same address may be written. Nothing is opened: the socket counter stays at zero.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite } from 'node:test';
import { attack } from './stage.ts';

/** What is registered; nobody listens there. */
const BASE = 'http://127.0.0.1:9/tsa';

suite('attacks with addresses', () => {
  let inside: Server;
  let opened = 0;
  before(async () => {
    inside = createServer((_, response) => response.end('inside'));
    inside.on('connection', () => (opened += 1));
    await new Promise<void>((resolve) => void inside.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => void inside.close(resolve)));

  const spellings: readonly (readonly [id: string, title: string, url: (port: number) => string])[] = [
    ['OAU-14', 'the loopback address', (port) => `http://127.0.0.1:${port}/`],
    ['OAU-14', 'the loopback name', (port) => `http://localhost:${port}/`],
    ['OAU-14', 'the loopback address as one number', (port) => `http://2130706433:${port}/`],
    ['OAU-14', 'the loopback address in hexadecimal', (port) => `http://0x7f.1:${port}/`],
    ['OAU-14', 'the loopback address in octal', (port) => `http://0177.0.0.1:${port}/`],
    ['OAU-14', 'another loopback address', (port) => `http://127.1.2.3:${port}/`],
    ['OAU-14', 'the address of nothing', (port) => `http://0.0.0.0:${port}/`],
    ['OAU-14', 'the registered host on another port', (port) => `http://127.0.0.1:${port}/tsa`],
    ['OAU-14', 'the registered host beside its path', () => 'http://127.0.0.1:9/tsarist'],
    ['OAU-14', 'the registered path and up again', () => 'http://127.0.0.1:9/tsa/../admin'],
    ['OAU-14', 'the registered path, up again and encoded', () => 'http://127.0.0.1:9/tsa/%2e%2e/admin'],
    ['OAU-14', 'the registered host as a user name', (port) => `http://127.0.0.1:9%2ftsa@localhost:${port}/tsa`],
    ['OAU-15', 'IPv6 loopback', (port) => `http://[::1]:${port}/`],
    ['OAU-15', 'IPv4 in IPv6', (port) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['OAU-15', 'IPv4 in IPv6, in hexadecimal', (port) => `http://[::ffff:7f00:1]:${port}/`],
  ];
  for (const [id, title, url] of spellings)
    attack({
      id,
      title,
      guard: 'egress/checks/registered-address.ts',
      code: 'address_not_registered',
      event: null,
      gains: 'answer',
      run: async ({ openEgress }, strike) => {
        let asked = 0;
        const counting = (): Promise<Response> => ((asked += 1), Promise.resolve(new Response('inside')));
        const egress = openEgress({ addresses: [BASE], fetch: counting });
        const gained = await strike(() => egress(url((inside.address() as AddressInfo).port), {}));
        assert.equal(asked, gained === undefined ? 0 : 1);
        assert.equal(opened, 0, 'nobody has connected');
      },
    });

  const outside: readonly (readonly [title: string, url: string])[] = [
    ['link-local', 'http://169.254.169.254/latest/meta-data/'],
    ['link-local in IPv6', 'http://[fe80::1]/'],
    ['private, class A', 'http://10.0.0.1/'],
    ['private, class B', 'http://172.16.0.1/'],
    ['private, class C', 'http://192.168.0.1/'],
    ['unique local in IPv6', 'http://[fd00::1]/'],
    ['a name that may mean anything tomorrow', 'http://rebinding.example/tsa'],
    ['another scheme', 'file:///etc/passwd'],
    ['data in the address', 'data:text/plain,inside'],
  ];
  for (const [title, url] of outside)
    attack({
      id: 'OAU-15',
      title,
      guard: 'egress/checks/registered-address.ts',
      code: 'address_not_registered',
      event: null,
      gains: 'answer',
      run: async ({ openEgress }, strike) => {
        let asked = 0;
        const counting = (): Promise<Response> => ((asked += 1), Promise.resolve(new Response('')));
        const gained = await strike(() => openEgress({ addresses: [BASE], fetch: counting })(url, {}));
        assert.equal(asked, gained === undefined ? 0 : 1);
      },
    });

  attack({
    id: 'OAU-15',
    title: 'a registered server that sends on to the inside',
    guard: 'egress/checks/no-redirect.ts',
    code: 'redirected',
    event: null,
    gains: 'answer',
    run: async ({ openEgress }, strike) => {
      const { port } = inside.address() as AddressInfo;
      const sending = createServer((_, response) => void response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end());
      await new Promise<void>((resolve) => void sending.listen(0, '127.0.0.1', resolve));
      const base = `http://127.0.0.1:${(sending.address() as AddressInfo).port}/tsa`;
      try {
        const answer = await strike(() => openEgress({ addresses: [base], fetch })(base, {}));
        if (answer !== undefined) assert.equal(answer.status, 302, 'a caller could go on from here');
        assert.equal(opened, 0, 'nobody has connected');
      } finally {
        sending.closeAllConnections();
        sending.close();
      }
    },
  });
});
