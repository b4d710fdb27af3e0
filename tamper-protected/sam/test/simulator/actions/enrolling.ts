// SPDX-License-Identifier: Apache-2.0
// Somebody signs up: the person, three officers, the courier between SAM and CA. Whoever gets no answer looks where it stands, and tries
// again. The new signer then signs like everybody else.
import type { Request } from '@sigillo/doors/door';
import type { SamDoor } from '@sigillo/doors/sam';
import {
  challengePreimage,
  confirmationStatement,
  enrolmentBody,
  enrolmentStatement,
  officerChallengePreimage,
  orderStatement,
} from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { parseCertificationRequest } from '@sigillo/standards/x509';
import type { Authenticator } from '../../played/authenticator.ts';
import type { Dice } from '../dice.ts';
import { SURNAME } from '../founding.ts';
import { sha256 } from '../keys.ts';
import { certify, type Officer, OFFICERS, passkeyOf } from '../people.ts';
import type { Population } from '../population.ts';

const TRIES = 4;

interface Enrolment {
  readonly enrolmentHash: Uint8Array;
  readonly confirmation: Uint8Array;
}

export async function signUp(population: Population, dice: Dice): Promise<void> {
  const name = `guest ${dice.next()}`;
  const passkey = passkeyOf(name);
  const confirmed = await confirm(population, dice, passkey);
  if (confirmed === undefined || dice.chance(0.05)) return;
  const { signerId, ...enrolment } = confirmed;
  const [registrar, ...privileged] = OFFICERS;
  await act(population, enrolment, registrar!);
  const approvals = dice.shuffled(privileged).map((officer) => () => act(population, enrolment, officer));
  if (dice.chance(0.4)) await Promise.all(approvals.map((approve) => approve()));
  else for (const approve of approvals) await approve();
  const keyId = await carry(population, dice, enrolment, signerId);
  if (keyId !== undefined) population.people.push({ name, signerId, keyId, counts: false, passkey });
}

async function confirm(population: Population, dice: Dice, passkey: Authenticator): Promise<(Enrolment & { readonly signerId: Uint8Array }) | undefined> {
  const { network } = population;
  const pageNonce = dice.bytes(32);
  const begun = await network.ask('enrolBegin', { person: { country: 'JP', givenName: 'Guest', surname: SURNAME, pseudonym: null }, pageNonce });
  if (begun.kind !== 'answer') return undefined;
  const { body } = decode(enrolmentStatement, begun.answer.statement);
  const enrolmentHash = sha256(body);
  const signerId = new Uint8Array(decode(enrolmentBody, body).signerId);
  passkey.userHandle = signerId;
  const held = await network.ask('enrolKey', { enrolmentHash, ...passkey.create(sha256(challengePreimage('enrol', body))), pageNonce });
  if (held.kind !== 'answer') return undefined;
  const { body: confirmation } = decode(confirmationStatement, held.answer.statement);
  const request = { enrolmentHash, assertion: passkey.get(sha256(challengePreimage('enrol-confirm', confirmation))), pageNonce };
  const copies = dice.chance(0.2) ? [request, request] : [request];
  await Promise.all(copies.map((copy) => network.ask('enrolConfirm', copy)));
  return { enrolmentHash, confirmation, signerId };
}

/** An officer acts, again where no answer comes. */
async function act({ network }: Population, { enrolmentHash, confirmation }: Enrolment, { officerId, role, authenticator }: Officer): Promise<void> {
  const command = role === 'registration' ? 'enrol-propose' : 'enrol';
  const assertion = authenticator.get(sha256(officerChallengePreimage(command, confirmation, officerId)));
  const request: Request<SamDoor['officerApprove']> = { enrolmentHash, approval: { officerId, assertion } };
  for (let tries = 0; tries < TRIES; tries++) {
    const reply = await network.ask(role === 'registration' ? 'officerPropose' : 'officerApprove', request);
    if (reply.kind === 'answer' || (reply.kind === 'refused' && reply.code !== 'database_unavailable')) return;
  }
}

/** The courier takes the order to the CA, and the certificate back. The CA answers an order always in the same way. */
async function carry(population: Population, dice: Dice, { enrolmentHash }: Enrolment, signerId: Uint8Array): Promise<Uint8Array | undefined> {
  const { network } = population;
  for (let tries = 0; tries < TRIES; tries++) {
    const reply = await network.ask('orders', {});
    const orders = reply.kind === 'answer' ? reply.answer.orders.map(({ statement }) => decode(orderStatement, statement)) : [];
    const mine = orders.find(({ enrolment }) => sameBytes(sha256(enrolment), enrolmentHash));
    if (mine !== undefined) {
      const { spki, subject } = parseCertificationRequest(mine.certificationRequest);
      await network.ask('installCertificate', { orderId: mine.orderId, chain: certify({ spki, subject: subject.encoded }) });
    }
    await network.ask('enrolOutcome', { enrolmentHash, pageNonce: dice.bytes(32) });
    const listed = await network.ask('credentials', { signerId });
    if (listed.kind === 'answer' && listed.answer.credentials.length > 0) return new Uint8Array(listed.answer.credentials[0]!.keyId);
    await population.pause(dice.skewed(1, 500));
  }
  return undefined;
}
