// SPDX-License-Identifier: Apache-2.0
// A document of one's own, after the decision: waits for the SCA, takes the file, and proves it before it is offered (`flow.md` 5 row 18).
import type { HistoryEntry } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { type CheckedFile, checkSignedFile } from '../checks/signed.ts';
import type { Services } from '../desk.ts';
import { DoorError } from '../doors/door-error.ts';
import type { DocumentStatus } from '../doors/sca.ts';
import { type Note, notes } from '../state/approvals.ts';
import { myHistory } from './my-history.ts';

export type Finished =
  | {
      readonly outcome: 'signed';
      readonly name: string;
      readonly checked: CheckedFile;
      readonly keyId: Uint8Array;
      readonly keyLabel: string;
      /** The signer's record of the signature, from the signed history. */
      readonly record: HistoryEntry;
    }
  | { readonly outcome: 'declined'; readonly name: string }
  | { readonly outcome: 'failed'; readonly name: string; readonly code: string };

const WAIT_MS = 700;
const WAITS_MAX = 120;

export async function finish(services: Services, handle: string): Promise<Finished> {
  const status = await settled(services, handle);
  const { name } = status;
  if (status.state === 'declined') return { outcome: 'declined', name };
  if (status.state !== 'signed') return { outcome: 'failed', name, code: status.code ?? 'signing_failed' };
  const known = notes(services.kept, services.powers.now());
  const checked = await checkSignedFile(await services.sca.signedFile(handle), known);
  const note = known.find((one) => sameBytes(one.dtbsr, checked.note.dtbsr))!;
  const { record, keyLabel } = await recordOf(services, note);
  return { outcome: 'signed', name, checked, keyId: note.keyId, keyLabel, record };
}

async function settled({ sca, powers }: Services, handle: string): Promise<DocumentStatus> {
  for (let i = 0; i < WAITS_MAX; i++) {
    const status = await sca.status(handle);
    if (status.state !== 'approved' && status.state !== 'prepared') return status;
    await powers.wait(WAIT_MS);
  }
  throw new DoorError('unreached', 'no_answer_in_time');
}

/** The signature must stand in the signer's own history: a signature without a record would be one that nobody may see. */
async function recordOf(services: Services, note: Note): Promise<{ readonly record: HistoryEntry; readonly keyLabel: string }> {
  const history = await myHistory(services);
  const signed = history.entries.filter((entry) => entry.event === 'released');
  const record = signed.find(({ operation }) => operation !== null && sameBytes(operation, note.challenge));
  if (record === undefined) throw new DoorError('refused', 'record_missing');
  return { record, keyLabel: history.keys.find((key) => sameBytes(key.keyId, note.keyId))?.label ?? '' };
}
