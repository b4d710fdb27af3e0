// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { holdCeremony, type CeremonyOptions } from '../../src/ceremony/ceremony.ts';
import { addressesOf, keepPortBase, settlePortBase } from '../../src/home/home.ts';
import { homeLayout } from '../../src/home/layout.ts';
import { requireFreePorts } from '../../src/home/ports.ts';
import { scratchFolder } from '../scratch.ts';

/** A ceremony whose rooms leave just what the last step reads; they are tested by the start of the whole. */
function ceremonyIn(home: string, genesis: (process: string) => void = () => undefined): CeremonyOptions {
  const layout = homeLayout(home, join(home, 'run'));
  mkdirSync(join(home, 'keys'), { recursive: true });
  return {
    layout,
    addresses: addressesOf(8400),
    random: (length) => randomBytes(length),
    now: () => new Date(0),
    writeConfigurations: () => undefined,
    genesis: (process) => {
      genesis(process);
      if (process === 'crypto-module') writeFileSync(join(layout.public, 'sam.json'), '{"identityPublicKey":"AAAA"}');
      if (process === 'ca') writeFileSync(join(layout.public, 'roots', 'root.pem'), '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n');
      return Promise.resolve();
    },
  };
}

test('a ceremony is held once, and one that was interrupted starts anew', async () => {
  const home = scratchFolder();
  const interrupted = ceremonyIn(home, (process) => {
    if (process === 'idp') throw new Error('the power went');
  });
  await assert.rejects(holdCeremony(interrupted), /power/);
  const before = readFileSync(join(home, 'public', 'deployment.json'), 'utf8');
  assert.equal(await holdCeremony(ceremonyIn(home)), true);
  assert.notEqual(readFileSync(join(home, 'public', 'deployment.json'), 'utf8'), before);
  assert.equal(await holdCeremony(ceremonyIn(home, () => assert.fail('a second genesis'))), false);
  for (const secret of ['keys/ticket.key', 'clients/sca.jwk.json']) assert.equal(statSync(join(home, secret)).mode & 0o077, 0, secret);
});

test('a home that has been in use is never made anew, even without its mark', async () => {
  const home = scratchFolder();
  await holdCeremony(ceremonyIn(home));
  writeFileSync(join(home, 'sam', 'journal'), 'what nobody may lose');
  rmSync(join(home, 'ceremony.json'));
  await assert.rejects(holdCeremony(ceremonyIn(home)), { code: 'home_unusable' });
  assert.equal(readFileSync(join(home, 'sam', 'journal'), 'utf8'), 'what nobody may lose');
  assert.ok(existsSync(join(home, 'keys', 'ticket.key')));
});

test('the port base of a home stays, and a taken port is named before anything is kept', async (t) => {
  const home = scratchFolder();
  assert.equal(settlePortBase(home, undefined, 8400), 8400);
  assert.equal(settlePortBase(home, '9000', 8400), 9000);
  keepPortBase(home, 9000);
  assert.equal(settlePortBase(home, undefined, 8400), 9000);
  assert.throws(() => settlePortBase(home, '8400', 8400), { code: 'port_base' });
  assert.throws(() => settlePortBase(scratchFolder(), '80', 8400), { code: 'port_base' });
  // Whoever had [::1] at the IdP's port would own its name for browsers.
  const stranger = createServer();
  const base = 12_640;
  const heard = await new Promise<boolean>((resolve) => {
    stranger.once('error', () => resolve(false));
    stranger.listen({ host: '::1', port: base + 1, ipv6Only: true }, () => resolve(true));
  });
  t.after(() => stranger.close());
  if (!heard) {
    t.skip('skipped: IPv6 is not here');
    return;
  }
  await assert.rejects(requireFreePorts(base), (error: { code: string; message: string }) => error.code === 'port_taken' && error.message.includes(String(base + 1)));
});
