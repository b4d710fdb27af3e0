// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import type { Holder } from './client/setting.ts';
import type { Known } from './crew.ts';

const PROGRAM = fileURLToPath(new URL('population-process.ts', import.meta.url));
const ANSWER_BYTES_MAX = 16 * 1_048_576;

/** What the process says of one signer of the population. */
export interface ToldMember extends Omit<Holder, 'signAlgo'> {
  /** SPKI, base64. */
  readonly publicKey: string;
}

/** Makes the home with so many credentials, before anything of it runs. Gives those of them whose passkeys are known. */
export function populateHome(home: string, portBase: number, credentials: number): readonly Known[] {
  const options = JSON.stringify({ home, portBase, credentials });
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, options], { encoding: 'utf8', maxBuffer: ANSWER_BYTES_MAX, stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`the population was not made: ${String(status)}`);
  const signAlgo = signatureAlgorithmParts({ scheme: 'ecdsa', hash: 'sha256' }).oid;
  return (JSON.parse(stdout) as readonly ToldMember[]).map(({ publicKey, ...member }) => ({
    holder: { ...member, signAlgo },
    publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
  }));
}
