// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { writeDurably } from './durable-file.ts';

/** The file of revoked tokens: lines `JTI EXP`, appended, each on the disk before `append` returns. */
export class RevokedTokens {
  readonly #path: string;

  /** Lines of tokens that have expired meanwhile are dropped, once, at the start. */
  constructor(path: string, nowSeconds: number) {
    this.#path = path;
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    const kept = lines.filter((line) => Number(line.split(' ')[1]) > nowSeconds);
    writeDurably(`${path}.new`, 'replace', inLines(kept));
    renameSync(`${path}.new`, path);
  }

  append(tokens: readonly { readonly jti: string; readonly expiresSeconds: number }[]): void {
    writeDurably(this.#path, 'append', inLines(tokens.map((token) => `${token.jti} ${token.expiresSeconds}`)));
  }
}

function inLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
