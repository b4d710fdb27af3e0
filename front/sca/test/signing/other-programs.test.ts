// SPDX-License-Identifier: Apache-2.0
// What the SCA signs, judged by programs that others wrote: OpenSSL for signature and time-stamp, poppler's pdfsig, qpdf, pyHanko.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { concat } from '@sigillo/standards/bytes';
import { onlySigner, parseSignedData, signatureTimeStampTokens } from '@sigillo/standards/cms';
import { coveredPieces, findEmbeddedContents } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { toPem } from '@sigillo/standards/x509';
import { type House, openHouse } from '../played/house.ts';
import { makePdf } from '../played/pdf.ts';

const FULL = process.env['SIGILLO_FULL'] === '1';
const PYTHON = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sigillo-test', 'venv', 'bin', 'python');
let folder: string;
let house: House;
let once: Buffer;
let twice: Buffer;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sca-judged-'));
  house = await openHouse();
  once = await house.sign((await house.upload(makePdf('Agreement'))).json['handle'] as string);
  twice = await house.sign((await house.upload(once)).json['handle'] as string);
  const { root, issuing } = house.authority;
  for (const [name, bytes] of [
    ['once.pdf', once],
    ['twice.pdf', twice],
    ['root.pem', toPem('CERTIFICATE', root.certificate.encoded)],
    ['issuing.pem', toPem('CERTIFICATE', issuing.certificate.encoded)],
  ] as const) writeFileSync(join(folder, name), bytes);
});
after(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(program: string, ...options: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, options, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  assert.equal(status, 0, `${program} ${options.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Skips the test where a program is not there, except in the full run. */
function needs(context: TestContext, name: string, isHere: boolean): boolean {
  if (isHere) return true;
  assert.ok(!FULL, `${name} is not here`);
  context.skip(`skipped: ${name} is not here`);
  return false;
}

const starts = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** The CMS without the zeros behind it. */
function cmsOf(contents: Uint8Array): Uint8Array {
  return contents.subarray(0, 4 + contents[2]! * 256 + contents[3]!);
}

test('OpenSSL verifies the signature over the covered bytes, and the time-stamp over the signature', (t) => {
  if (!needs(t, 'openssl', starts('openssl'))) return;
  const { covered, contents } = findEmbeddedContents(sourceOf(once));
  const signer = onlySigner(parseSignedData(cmsOf(contents)));
  writeFileSync(join(folder, 'covered'), concat(...coveredPieces(sourceOf(once), covered)));
  writeFileSync(join(folder, 'cms'), cmsOf(contents));
  writeFileSync(join(folder, 'signature'), signer.signature);
  writeFileSync(join(folder, 'token'), signatureTimeStampTokens(signer)[0]!);
  run('openssl', 'cms', '-verify', '-binary', '-cades', '-inform', 'DER', '-in', 'cms', '-content', 'covered', '-CAfile', 'root.pem', '-purpose', 'any', '-out', 'verified');
  run('openssl', 'ts', '-verify', '-data', 'signature', '-in', 'token', '-token_in', '-CAfile', 'root.pem', '-untrusted', 'issuing.pem');
});

test('pdfsig finds every signature valid, and qpdf nothing broken', (t) => {
  if (!needs(t, 'pdfsig', starts('pdfsig')) || !needs(t, 'qpdf', starts('qpdf'))) return;
  for (const [file, count] of [['once.pdf', 1], ['twice.pdf', 2]] as const) {
    const said = run('pdfsig', '-nocert', file);
    assert.equal(said.match(/Signature is Valid\./g)?.length, count, said);
    assert.match(said, /Total document signed/);
    run('qpdf', '--check', file);
  }
});

test('pyHanko finds signatures and time-stamps trusted, and no change but further signatures', (t) => {
  if (!needs(t, 'pyHanko', existsSync(PYTHON))) return;
  const program = `
import sys
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        for signature in PdfFileReader(file).embedded_signatures:
            context = ValidationContext(trust_roots=list(load_certs_from_pemder(['root.pem'])), allow_fetching=False)
            status = validate_pdf_signature(signature, context)
            stamped = status.timestamp_validity is not None and status.timestamp_validity.valid and status.timestamp_validity.trusted
            print('PASS' if status.bottom_line and stamped else 'FAIL ' + status.pretty_print_details())
`;
  assert.equal(run(PYTHON, '-c', program, 'once.pdf', 'twice.pdf'), 'PASS\n'.repeat(3));
});
