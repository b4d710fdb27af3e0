// SPDX-License-Identifier: Apache-2.0
// Answers of a passkey that were given before, elsewhere, by someone else, or for something else.
import { suite } from 'node:test';
import { documents } from '../played/signer.ts';
import { attacksOnSam } from './stage.ts';

suite('attacks on Authorise', () => {
  const attack = attacksOnSam();

  attack({
    id: 'SAP-01',
    title: 'the same answer twice',
    // The crypto module has its own memory of what was signed: a SAM that forgot gets nothing there.
    guard: ['activation/checks/take-issued.ts', 'tamper-protected/crypto-module:used-marks.ts'],
    code: 'op_unknown',
    event: null,
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      await signer.execute(await signer.authorise(intent), hashes);
      await strike(async () => signer.execute(await signer.authorise(intent), hashes));
    },
  });
});
