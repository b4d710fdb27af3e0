// SPDX-License-Identifier: Apache-2.0
// The operator's way back when the SAM's disk is lost: one command on a home that is stopped, as a person gives it.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openInstance } from '../../src/instance.ts';
import { freePortBase } from '../../src/rehearse/own-instance.ts';
import { ROOT } from '../../src/repository.ts';
import { approved, openApplication } from '../played/application.ts';
import { newSigner, type Instance } from '../played/instance.ts';
import { keptLog, scratchFolder } from '../scratch.ts';
import { NOT_FULL } from './tools.ts';

function rebuild(home: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'sigillo', '--', 'journal', 'rebuild', '--home', home], { cwd: ROOT, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('sigillo journal rebuild: refuses while a SAM runs and where a journal is; brings a lost one back, and service goes on', { skip: NOT_FULL }, async (t) => {
  const home = scratchFolder();
  const portBase = String(await freePortBase());
  let running: Instance | undefined;
  const open = async (): Promise<Instance> => (running = await openInstance({ home, portBase, ownDatabaseServer: undefined, log: keptLog().log }));
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  t.after(stop);
  const first = await open();
  const [signer, frozen] = [await newSigner(first), await newSigner(first)];
  const documents = [{ hash: createHash('sha256').update(randomBytes(10)).digest(), label: 'contract' }];
  const approval = await approved(await openApplication(first, signer), signer, documents);
  const signatures = await approval.signHash([documents[0]!.hash]);
  await frozen.freeze(Buffer.from(await frozen.credentialId(), 'hex'));
  const { lastNumber } = await signer.history();
  assert.match(rebuild(home).said, /running already/);
  await stop();
  assert.match(rebuild(home).said, /journal_present/);

  rmSync(first.layout.folder('sam'), { recursive: true });
  const { status, said } = rebuild(home);
  assert.equal(status, 0, said);
  assert.match(said, /The journal was rebuilt from its copy: \d+ records in \d+ groups\.\n/);
  assert.doesNotMatch(said, /suspended|set aside/);
  assert.deepEqual(readdirSync(first.layout.folder('sam')).sort(), ['journal', 'state.key']);

  await open();
  assert.deepEqual(await approval.signHash([documents[0]!.hash]), signatures, 'the same call again gives the same bytes');
  await signer.logIn();
  await frozen.logIn();
  assert.equal((await signer.history()).lastNumber, lastNumber);
  assert.deepEqual((await frozen.history()).keys.map(({ state }) => state), ['suspended']);
  const more = [{ hash: createHash('sha256').update(randomBytes(10)).digest(), label: 'another' }];
  assert.equal((await (await approved(await openApplication(first, signer), signer, more)).signHash([more[0]!.hash])).length, 1);
  assert.match(rebuild(join(home, 'nowhere')).said, /not the home of a deployment/);
});
