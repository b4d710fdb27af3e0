// SPDX-License-Identifier: Apache-2.0
// A signer with two applications that may ask for the key, one with a key of its own for its tokens and one without. One at a time: a
// signer's browser is at one place.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import type { StopCommand } from '@sigillo/doors/sap';
import type { Approval } from '@sigillo/sdk';
import { fromHex } from '@sigillo/standards/bytes';
import { Office } from '../../../src/demo-officers/office.ts';
import { stopKey } from '../../../src/demo-officers/stop-key.ts';
import type { Instance } from '../../../src/instance.ts';
import { openApplication, request, type Application } from '../../played/application.ts';
import { Refused } from '../../played/session.ts';
import { challengeOf, PlayedSigner } from '../../played/signer.ts';
import type { Account, Approved, Call, Item } from '../account.ts';
import type { Random } from '../random.ts';
import { insist } from '../violation.ts';

export interface Player {
  readonly instance: Instance;
  readonly signer: PlayedSigner;
  readonly applications: readonly Application[];
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly account: Account;
  readonly random: Random;
}

export async function newPlayer(instance: Instance, account: Account, random: Random): Promise<Player> {
  const signer = new PlayedSigner(instance.addresses);
  await signer.enrol({ givenName: 'Ada', surname: 'Lovelace', country: 'GB' });
  await signer.logIn();
  const applications = [await openApplication(instance, signer, 'bearer'), await openApplication(instance, signer, 'dpop')];
  const { credentialID, cert } = applications[0]!.credential;
  const certificate = new X509Certificate(Buffer.from(cert.certificates?.[0] ?? '', 'base64'));
  const publicKey = new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }));
  return { instance, signer, applications, keyId: credentialID, publicKey, account, random };
}

export function newItems(count: number): Item[] {
  return Array.from({ length: count }, (_, n) => {
    const content = new Uint8Array(randomBytes(32));
    return { content, hash: new Uint8Array(createHash('sha256').update(content).digest()), label: `file ${n + 1}` };
  });
}

export interface Usable {
  readonly approved: Approved;
  readonly approval: Approval;
}

/** The whole way to an approval that can be used: pushed request, browser, intent, passkey, receipt, token. */
export async function approve(player: Player, items: readonly Item[]): Promise<Usable> {
  const { signer, account, random, keyId, publicKey } = player;
  const step = await request(random.pick(player.applications), items);
  const open = await signer.open(step.url);
  const { encodedBody } = await inSession(signer, () => signer.prepare(open, items.map(() => ({ digest: null, sizeBytes: 0 }))));
  const approved: Approved = { keyId, publicKey, items, challenge: challengeOf(encodedBody), acknowledged: false, calls: [] };
  account.approvals.push(approved);
  const receipt = await authorise(player, approved, encodedBody);
  approved.acknowledged = true;
  return { approved, approval: await step.finish(await signer.carry(open, receipt)) };
}

/** Where the answer is lost, the page asks what became of it. */
async function authorise({ signer }: Player, approved: Approved, encodedBody: Uint8Array): Promise<Awaited<ReturnType<PlayedSigner['authorise']>>> {
  try {
    return await signer.authorise(encodedBody);
  } catch (cause) {
    const { state, receipt } = await signer.outcome(approved.challenge);
    if (state !== 'authorised' || receipt === null) throw cause;
    approved.acknowledged = true;
    throw cause;
  }
}

/** One call of signHash, kept with whatever came of it; throws what the service said. */
export async function sign({ approved, approval }: Usable, items: readonly Item[]): Promise<readonly Uint8Array[]> {
  const call: Call = { items, startedAt: performance.now(), endedAt: Infinity, signatures: undefined, code: undefined };
  approved.calls.push(call);
  try {
    call.signatures = await approval.signHash(items.map(({ hash }) => hash));
    return call.signatures;
  } catch (cause) {
    call.code = codeOf(cause);
    throw cause;
  } finally {
    call.endedAt = performance.now();
  }
}

/** A page whose session has run out logs in again, once. */
export async function inSession<T>(signer: PlayedSigner, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof Refused) || cause.status !== 401) throw cause;
    await signer.logIn();
    return act();
  }
}

export async function freeze({ signer, keyId, account }: Player): Promise<void> {
  const state = await inSession(signer, () => signer.freeze(fromHex(keyId)));
  insist(state === 'frozen', `a freeze was answered with ${state}`);
  account.stopped.push({ keyId, revoked: false });
}

/** Officers stop the key, as they do by command. */
export async function officersStop({ instance, keyId, account }: Player, command: StopCommand): Promise<void> {
  const { state } = await stopKey(new Office(instance.layout.configOf('demo-officers')), { command, keyId, reason: 'unspecified' });
  insist(state === (command === 'revoke' ? 'revoked' : 'frozen'), `${command} was answered with ${state}`);
  account.stopped.push({ keyId, revoked: command === 'revoke' });
}

export function codeOf(cause: unknown): string {
  if (cause instanceof Refused) return `${cause.status} ${cause.code}`;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return 'status' in cause ? `${String(cause.status)} ${cause.code}` : cause.code;
  return cause instanceof Error ? cause.message.slice(0, 120) : 'unknown';
}
