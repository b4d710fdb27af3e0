// SPDX-License-Identifier: Apache-2.0
// Officers of a trial stop a key: the registration officer alone suspends it, and with a privileged user revokes it. What is signed is what was asked
// for, of the key whose holder is told, or nothing is.
import { randomBytes, X509Certificate } from 'node:crypto';
import { outcomeStatement, stopBody, type StopCommand, type StopReason, stopStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { fromHex, toBase64url, toHex } from '@sigillo/standards/bytes';
import type { Office } from './office.ts';

export interface StopWish {
  readonly command: StopCommand;
  /** The credentialID, in hexadecimal. */
  readonly keyId: string;
  readonly reason: StopReason;
}

export interface StoppedKey {
  /** The subject of its certificate; null where it has none, or where it could not be read. */
  readonly holder: string | null;
  readonly state: string;
  /** Number of the journal's record. */
  readonly record: number;
}

const OFFICERS: Readonly<Record<StopCommand, number>> = { suspend: 1, revoke: 2 };
const ABOUT: Readonly<Record<StopCommand, 'freeze' | 'revoke'>> = { suspend: 'freeze', revoke: 'revoke' };
const NONCE_BYTES = 32;

export async function stopKey(office: Office, { command, keyId, reason }: StopWish): Promise<StoppedKey> {
  const nonce = randomBytes(NONCE_BYTES);
  const begun = await office.door.stopBegin({ keyId: toBase64url(fromHex(keyId)), command, reason, pageNonce: toBase64url(nonce) });
  const { body, certificate } = office.read('stop', stopStatement, begun, nonce);
  const asked = decode(stopBody, body);
  const { deploymentId, samId } = office.deployment;
  const says = [asked.operation, toHex(asked.keyId), asked.reason, toHex(asked.deploymentId), toHex(asked.samId)].join(' ');
  if (says !== [command, keyId, reason, deploymentId, samId].join(' ')) throw Object.assign(new Error('another command than was asked for'), { code: 'command_other' });
  const approvals = office.officers.slice(0, OFFICERS[command]).map((officer) => office.sign(officer, command, body));
  const again = randomBytes(NONCE_BYTES);
  const answered = await office.door.stop({ body: toBase64url(body), approvals, pageNonce: toBase64url(again) });
  const { about, subject, state, record } = office.read('outcome', outcomeStatement, answered, again);
  if (about !== ABOUT[command] || toHex(subject) !== keyId) throw Object.assign(new Error('an outcome of something else'), { code: 'outcome_other' });
  return { holder: certificate === null ? null : new X509Certificate(Buffer.from(certificate)).subject.replaceAll('\n', ', '), state, record };
}
