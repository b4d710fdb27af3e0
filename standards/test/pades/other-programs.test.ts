// SPDX-License-Identifier: Apache-2.0
// What we prepare, seen by programs that others wrote: qpdf for the structure, OpenSSL for the CMS, poppler's pdfsig for both together,
// on files of our own and of the programs that people make their PDFs with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { coveredPieces, findPreparedSignature } from '../../pades/index.ts';
import { sourceOf } from '../../pdf/index.ts';
import { concat } from '../../bytes/index.ts';
import { hybrid, objects, open, refusal, withStreams, withTable } from '../pdf/sample-pdf.ts';
import { embed, prepare } from './signed-sample.ts';

const FULL = process.env['SIGILLO_FULL'] === '1';
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sigillo-pades-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...options: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, options, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  if (error !== undefined) throw error;
  assert.equal(status, 0, `${program} ${options.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Skips the test where a program is not there, except in the full run. */
function needs(context: TestContext, ...programs: readonly string[]): boolean {
  const missing = programs.find((program) => spawnSync(program, ['--version'], { cwd: folder }).error !== undefined);
  if (missing === undefined) return true;
  assert.ok(!FULL, `${missing} is not here`);
  context.skip(`skipped: ${missing} is not here`);
  return false;
}

function slow(context: TestContext): boolean {
  if (!FULL) context.skip('skipped: only in the full run');
  return !FULL;
}

function makeKey(): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key'];
  run('openssl', 'req', '-x509', ...key, '-out', 'cert', '-subj', '/CN=Test', '-addext', 'keyUsage=critical,nonRepudiation');
}

function signWithOpenssl(pdf: Uint8Array): Uint8Array {
  const prepared = prepare(pdf);
  const source = sourceOf(prepared);
  writeFileSync(join(folder, 'covered'), concat(...coveredPieces(source, findPreparedSignature(source).covered)));
  const files = ['-signer', 'cert', '-inkey', 'key', '-in', 'covered', '-out', 'cms'];
  run('openssl', 'cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-outform', 'DER', ...files);
  return embed(prepared, readFileSync(join(folder, 'cms')));
}

/** Two signatures, one after the other: the structure is sound and both are valid. */
function checkSignedTwice(pdf: Uint8Array): void {
  makeKey();
  writeFileSync(join(folder, 'twice.pdf'), signWithOpenssl(signWithOpenssl(pdf)));
  assert.match(run('qpdf', '--check', 'twice.pdf'), /No syntax or stream encoding errors/);
  const report = run('pdfsig', '-nocert', 'twice.pdf');
  assert.equal(report.match(/Signature Validation: Signature is Valid\./g)?.length, 2, report);
  assert.equal(report.match(/Total document signed/g)?.length, 1, report);
}

const OURS = { 'a table': withTable(objects()), streams: withStreams(objects()), 'a hybrid file': hybrid(objects()) };
for (const [shape, pdf] of Object.entries(OURS)) {
  test(`others accept two signatures over ${shape}`, (context) => {
    if (needs(context, 'openssl', 'qpdf', 'pdfsig')) checkSignedTwice(pdf);
  });
}

for (const options of [['--linearize'], ['--object-streams=generate'], ['--linearize', '--object-streams=generate']]) {
  test(`others accept two signatures over what qpdf writes (${options.join(' ')})`, (context) => {
    if (!needs(context, 'openssl', 'qpdf', 'pdfsig')) return;
    writeFileSync(join(folder, 'in.pdf'), withTable(objects()));
    run('qpdf', ...options, 'in.pdf', 'out.pdf');
    checkSignedTwice(readFileSync(join(folder, 'out.pdf')));
  });
}

test('what qpdf encrypts is refused', (context) => {
  if (!needs(context, 'qpdf')) return;
  writeFileSync(join(folder, 'in.pdf'), withTable(objects()));
  run('qpdf', '--encrypt', '', 'owner', '256', '--', 'in.pdf', 'encrypted.pdf');
  assert.equal(refusal(() => open(readFileSync(join(folder, 'encrypted.pdf')))), 'pdf_encrypted');
});

const PAGE = '<!doctype html><meta charset="utf-8"><h1>Agreement 合意書</h1><a href="https://example.org/">link</a>';

test('others accept two signatures over what Chromium prints', (context) => {
  if (slow(context) || !needs(context, 'openssl', 'qpdf', 'pdfsig', 'chromium')) return;
  writeFileSync(join(folder, 'page.html'), PAGE);
  run('chromium', '--headless', '--no-sandbox', '--disable-gpu', '--user-data-dir=profile', '--print-to-pdf=out.pdf', 'page.html');
  checkSignedTwice(readFileSync(join(folder, 'out.pdf')));
});

test('others accept two signatures over what LibreOffice exports', (context) => {
  if (slow(context) || !needs(context, 'openssl', 'qpdf', 'pdfsig', 'soffice')) return;
  writeFileSync(join(folder, 'page.html'), PAGE);
  run('soffice', '--headless', `-env:UserInstallation=file://${folder}/office`, '--convert-to', 'pdf', 'page.html');
  checkSignedTwice(readFileSync(join(folder, 'page.pdf')));
});

test('others accept two signatures over what TeX makes', (context) => {
  if (slow(context) || !needs(context, 'openssl', 'qpdf', 'pdfsig', 'pdflatex')) return;
  writeFileSync(join(folder, 'text.tex'), '\\documentclass{article}\\begin{document}Agreement $x^2$\\newpage two\\end{document}');
  run('pdflatex', '-interaction=batchmode', 'text.tex');
  checkSignedTwice(readFileSync(join(folder, 'text.pdf')));
});
