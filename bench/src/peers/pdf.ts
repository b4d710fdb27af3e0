// SPDX-License-Identifier: Apache-2.0
// What other programs need to sign the same PDF at the same level (PAdES B-B), each with an EC key of its own in memory. Their programs are
// those of the folder "shared" beside the repository, their libraries what scripts/setup-test-machine brings; what is missing is left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../by-address.ts';
import type { Against } from '../row.ts';
import { type Certificates, makeCertificates } from './certificates.ts';

const TOOLS = resolve(ROOT, '..', 'shared', 'tools');
const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const RUNS = 20;

export function pdfPeers(pdf: Uint8Array, say: (line: string) => void): readonly Against[] {
  const folder = mkdtempSync(join(tmpdir(), 'sgb-'));
  try {
    const file = join(folder, 'in.pdf');
    writeFileSync(file, pdf);
    const certificates = makeCertificates(folder);
    const [pyHanko, dss] = certificates === undefined ? [] : [timeOfPyHanko(certificates, file), timeOfDss(certificates, file)];
    if (pyHanko === undefined) say('pyHanko is not here: left out');
    if (dss === undefined) say('DSS is not here: left out');
    return [
      ...(pyHanko === undefined ? [] : [{ name: 'pyHanko, B-B with its key', figure: pyHanko, unit: 'ms', target: { atMost: 0.3 } }]),
      ...(dss === undefined ? [] : [{ name: 'DSS warm, B-B with its key', figure: dss, unit: 'ms', target: { atMost: 0.2 } }]),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timeOfPyHanko({ certificate, key, root }: Certificates, file: string): number | undefined {
  const [python, program] = [join(CACHE, 'sigillo-test', 'venv', 'bin', 'python'), join(TOOLS, 'bench', 'pyhanko_pdf.py')];
  return [python, program].every((path) => existsSync(path)) ? median(python, [program, certificate, key, root, root, file, '', String(RUNS)]) : undefined;
}

function timeOfDss({ pkcs12, password, root }: Certificates, file: string): number | undefined {
  const [program, classPath] = [join(TOOLS, 'bench', 'DssPdf.java'), classPathOfDss()];
  if (classPath === undefined || !existsSync(program) || spawnSync('java', ['-version']).error !== undefined) return undefined;
  return median('java', ['-cp', classPath, program, pkcs12, password, file, root]);
}

function classPathOfDss(): string | undefined {
  const folder = join(CACHE, 'dss-check');
  const file = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'cp')).find((path) => existsSync(path)) : undefined;
  return file === undefined ? undefined : readFileSync(file, 'utf8').trim();
}

/** Milliseconds for one document, as the program says. */
function median(program: string, words: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  const told = /sign B-B\t.*?median ([\d.]+) ms/.exec(stdout)?.[1];
  if (told === undefined) throw new Error(`${program} ended with ${String(status)}: ${stdout}${stderr}`);
  return Number(told);
}
