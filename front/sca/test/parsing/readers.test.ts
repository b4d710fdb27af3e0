// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_READERS, openReaders as openReal, type Readers, type ReadersOptions } from '../../src/parsing/readers.ts';
import { DocumentRefused, ReadersBusy } from '../../src/parsing/work.ts';
import { makePdf } from '../played/pdf.ts';

let folder: string;
const opened: Readers[] = [];
const openReaders = (options: ReadersOptions): Readers => {
  const readers = openReal(options);
  opened.push(readers);
  return readers;
};
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sca-readers-'));
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(opened.map((readers) => readers.close()));
});

const file = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const refusedAs = (code: string) => (error: unknown): boolean => error instanceof DocumentRefused && error.code === code;
const OPTIONS = { ...DEFAULT_READERS, fileBytesMax: 50_000_000 };

test('a reading that takes too long or too much memory is ended, and the next one works', async () => {
  const pdf = file('good.pdf', makePdf('x'));
  const hungry = file('hungry.pdf', makePdf('x', { catalog: `/Big [${'[]'.repeat(400_000)}]` }));
  await assert.rejects(openReaders({ ...OPTIONS, secondsMax: 0.001 }).inspect(pdf), refusedAs('document_too_large'));
  const readers = openReaders({ ...OPTIONS, memoryMiBMax: 16 });
  await assert.rejects(readers.inspect(hungry), refusedAs('document_too_large'));
  assert.equal((await readers.inspect(pdf)).pages, 1);
});

test('so many at once, so many waiting, no more', async () => {
  const pdf = file('good.pdf', makePdf('x'));
  const readers = openReaders({ ...OPTIONS, readersMax: 1, waitingMax: 1 });
  const all = await Promise.allSettled([readers.inspect(pdf), readers.inspect(pdf), readers.inspect(pdf)]);
  assert.deepEqual(all.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected']);
  assert.ok((all[2] as PromiseRejectedResult).reason instanceof ReadersBusy);
  assert.equal((await readers.inspect(pdf)).pages, 1);
});

test('the self-check refuses a file that is not as it was approved', async () => {
  const upload = file('upload.pdf', makePdf('x'));
  const readers = openReaders(OPTIONS);
  const { tail, byteRange } = await readers.prepare({ upload, signingTimeMs: 0, contentsBytesMax: 1000, changeId: new Uint8Array(16), hash: 'sha256' });
  const signedTail = file('tail', tail);
  const none = new Uint8Array(0);
  const job = { upload, signedTail, byteRange, hash: 'sha256', cms: Uint8Array.of(0x30, 0), certificate: none, root: none, issuing: none } as const;
  await assert.rejects(readers.prove(job), /other contents/);
  await assert.rejects(readers.prove({ ...job, byteRange: [0, 1, 2, 3] }), /another range/);
  await assert.rejects(readers.prove({ ...job, signedTail: upload }));
});
