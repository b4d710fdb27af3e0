// SPDX-License-Identifier: Apache-2.0
// The files of the repository as the rules of the house read them: what git knows and what it would take.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../src/repository.ts';

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function repositoryPaths(): string[] {
  const { stdout, status, stderr } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`git does not list the files: ${stderr}`);
  // A file that was removed and not yet committed is still listed.
  return [...new Set(stdout.split('\0'))].filter(
    (path) => path !== '' && statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() === true,
  );
}

export function read(path: string): SourceFile {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Files of programs, whoever runs them: services, pages, tests. */
export function isProgram(path: string): boolean {
  return /\.(ts|tsx|mjs|js)$/.test(path) && !path.startsWith('vectors/');
}

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|await|yield))\s*$/;

/** A program without its comments; in place of each string's contents stands its number in `strings`. */
export interface Code {
  readonly code: string;
  readonly strings: readonly string[];
}

export function codeOf(text: string): Code {
  const strings: string[] = [];
  let code = '';
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at, at + 2);
    if (rest === '//' || rest === '/*') {
      const end = text.indexOf(rest === '//' ? '\n' : '*/', at + 2);
      at = end < 0 ? text.length : rest === '//' ? end : end + 2;
      code += ' ';
    } else if (/["'`]/.test(text[at]!)) {
      const end = endOfString(text, at);
      code += `${text[at]}${strings.length}${text[at]}`;
      strings.push(text.slice(at + 1, end - 1));
      at = end;
    } else if (text[at] === '/' && REGEX_MAY_FOLLOW.test(code.slice(-12))) {
      at = endOfRegex(text, at);
      code += '/./';
    } else {
      code += text[at];
      at += 1;
    }
  }
  return { code, strings };
}

/** A template is taken as one string together with the code in its gaps. */
function endOfString(text: string, start: number): number {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
    else if (quote === '`' && text.startsWith('${', at)) at = endOfGap(text, at + 2) - 1;
  }
  return text.length;
}

function endOfGap(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length;) {
    if (/["'`]/.test(text[at]!)) at = endOfString(text, at);
    else {
      if (text[at] === '{') depth += 1;
      if (text[at] === '}') depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}
