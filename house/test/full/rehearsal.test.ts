// SPDX-License-Identifier: Apache-2.0
// The whole way of a person in a real browser, at two sizes and in two languages, with PDFs of three producers; and what independent validators say of the
// signed files, and of copies that somebody changed.
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { concat } from '@sigillo/standards/bytes';
import { coveredPieces, findEmbeddedContents } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { arriveAt } from '../../src/rehearse/arrive.ts';
import { openBrowser, openVisit, SIZES, type Language, type ScreenSize } from '../../src/rehearse/browser.ts';
import { PERSONS, rehearse, type Rehearsed } from '../../src/rehearse/run.ts';
import { decline, read, upload } from '../../src/rehearse/steps/document.ts';
import { logInAfterSignUp } from '../../src/rehearse/steps/log-in.ts';
import { openPage, signUp, waitForOfficers } from '../../src/rehearse/steps/sign-up.ts';
import { ROOT } from '../../src/repository.ts';
import { theInstance } from '../played/instance.ts';
import { smallPdf } from '../played/pdf.ts';
import { scratchFolder } from '../scratch.ts';
import { fromChromium, fromLibreOffice, fromTeX } from './producers.ts';
import { tamperedCopies } from './tampered.ts';
import { NOT_FULL, run, VALIDATORS } from './tools.ts';

const folder = scratchFolder();
const rootsFile = join(folder, 'roots.pem');
let opened: Promise<Browser> | undefined;
const browser = (): Promise<Browser> => (opened ??= openBrowser());
after(async () => (await opened)?.close());

interface Case {
  readonly producer: string;
  readonly make: () => string | Promise<string>;
  readonly size: ScreenSize;
  readonly language: Language;
}

const CASES: readonly Case[] = [
  { producer: 'LibreOffice', make: () => fromLibreOffice(folder), size: SIZES.desktop, language: 'en' },
  { producer: 'TeX', make: () => fromTeX(folder), size: SIZES.phone, language: 'en' },
  { producer: 'Chromium', make: async () => fromChromium(folder, await browser()), size: SIZES.desktop, language: 'ja' },
  { producer: 'by hand', make: () => written('by-hand.pdf', smallPdf('Payable: EUR 980')), size: SIZES.phone, language: 'ja' },
];

for (const { producer, make, size, language } of CASES) {
  test(`a PDF of ${producer}, ${size.name}, ${language}: signed through the pages, accepted by all validators`, { skip: NOT_FULL }, async () => {
    const input = await make();
    const output = join(folder, `signed-${basename(input)}`);
    const { assertions } = await sign(input, output, size, language);
    assert.equal(assertions, 3, 'the passkey was asked for the confirmation, the login and the signature');
    const [original, signed] = [readFileSync(input), readFileSync(output)];
    assert.ok(original.equals(signed.subarray(0, original.length)), 'what was brought is the beginning of what came out');
    acceptedByAll(output, 1);
    assert.match(run('pdfsig', ['-nocert', output]), /Total document signed\n\s+- Signature Validation: Signature is Valid/);
    verifiedByOpenssl(output);
  });
}

test('a person who declines says why, is told so, and was not asked for the passkey', { skip: NOT_FULL }, async () => {
  const { addresses } = await theInstance();
  const visit = await openVisit(await browser(), SIZES.phone, 'ja');
  try {
    await openPage(visit.page, addresses.signOrigin);
    await signUp(visit.page, PERSONS.ja);
    await waitForOfficers(visit.page);
    await logInAfterSignUp(visit.page);
    const before = await visit.assertions();
    await upload(visit.page, written('unwanted.pdf', smallPdf('Unwanted')));
    await read(visit.page);
    await decline(visit.page, '金額が違います');
    await arriveAt(visit.page, 'done-state', ['declined']);
    assert.equal(await visit.assertions(), before);
  } finally {
    await visit.close();
  }
});

test('npm run rehearse runs a command beside the instance, and fails with the reason when it must', { skip: NOT_FULL }, async () => {
  const output = join(folder, 'rehearsed.pdf');
  const roots = join(folder, 'roots-of-its-own');
  const input = written('rehearse.pdf', smallPdf('Payable: EUR 980'));
  const good = command([input, output, '--roots', roots, '--then', 'openssl x509 -in "$ROOTS" -noout -subject && head -c 8 "$OUT"']);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /^ +\d+ ms {2}approve with the passkey, signed$/m);
  assert.match(good.stdout, /subject=.*Sigillo[\s\S]*%PDF-1\.7/);
  const { addresses } = await theInstance();
  const bad = command([written('broken.pdf', Buffer.from('%PDF-1.7\nno more')), output, '--at', `${addresses.signOrigin}/`]);
  assert.equal(bad.status, 1);
  assert.match(bad.stderr, /^The rehearsal failed: the page says: .* \[document_broken\]\n$/);
  const refused = command([input, output, '--at', `${addresses.signOrigin}/`, '--then', 'exit 7']);
  assert.deepEqual([refused.status, refused.stderr], [1, 'The rehearsal failed: the command ended with 7\n']);
});

test('a document that carries a signature keeps it valid under the second one', { skip: NOT_FULL }, async () => {
  const first = join(folder, 'first.pdf');
  const second = join(folder, 'second.pdf');
  await sign(written('twice.pdf', smallPdf('Signed by two')), first, SIZES.desktop, 'en');
  await sign(first, second, SIZES.desktop, 'ja');
  acceptedByAll(second, 2);
  const said = run('pdfsig', ['-nocert', second]);
  assert.equal(said.match(/Signature is Valid/g)?.length, 2, said);
});

test('copies that somebody changed are refused', { skip: NOT_FULL }, async (t) => {
  const output = join(folder, 'whole.pdf');
  await sign(written('whole-input.pdf', smallPdf('Payable: EUR 980')), output, SIZES.desktop, 'en');
  acceptedByAll(output, 1);
  for (const [what, copy] of Object.entries(tamperedCopies(readFileSync(output)))) {
    await t.test(what, () => {
      const file = written(`${what.replaceAll(' ', '-')}.pdf`, copy);
      for (const [name, validate] of Object.entries(VALIDATORS)) {
        const { accepted, said } = validate(file, rootsFile);
        assert.equal(accepted, false, `${name}: ${said}`);
      }
    });
  }
});

async function sign(input: string, output: string, size: ScreenSize, language: Language): Promise<Rehearsed> {
  const { addresses } = await theInstance();
  const rehearsed = await rehearse({ browser: await browser(), signOrigin: addresses.signOrigin, input, output, size, language });
  writeFileSync(rootsFile, rehearsed.roots.join(''));
  return rehearsed;
}

function command(words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(ROOT, 'house/src/rehearse/main.ts'), ...words], { encoding: 'utf8' });
}

function acceptedByAll(file: string, signatures: number): void {
  for (const [name, validate] of Object.entries(VALIDATORS)) {
    const { accepted, said } = validate(file, rootsFile);
    assert.ok(accepted, `${name}: ${said}`);
    assert.equal(said.match(/^PASS\b/gm)?.length, signatures, `${name}: ${said}`);
  }
  assert.match(VALIDATORS.dss(file, rootsFile).said, /PAdES-BASELINE-T/);
}

/** The CMS over the covered bytes, without anything of ours. */
function verifiedByOpenssl(file: string): void {
  const source = sourceOf(readFileSync(file));
  const { covered, contents } = findEmbeddedContents(source);
  const cms = written('signature.der', contents);
  const content = written('covered.bin', concat(...coveredPieces(source, covered)));
  run('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content, '-CAfile', rootsFile, '-purpose', 'any', '-out', '/dev/null']);
}

function written(name: string, content: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
