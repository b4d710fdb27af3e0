// SPDX-License-Identifier: Apache-2.0
// How every simulated world began: a genesis, and signers who came through the whole enrolment with nothing going wrong. It is played once,
// by the SAM as it is, and then copied.
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
import { parseCertificationRequest } from '@sigillo/standards/x509';
import { openLog } from '@sigillo/wire';
import { JournalError } from '../../src/journal/error.ts';
import { SamRefusal } from '../../src/refusals.ts';
import { openSam, type Sam } from '../../src/sam.ts';
import type { Authenticator } from '../played/authenticator.ts';
import { failuresOf } from './core.ts';
import { SimulatedModule } from './crypto-module.ts';
import { SimulatedDatabase, type Tables } from './database.ts';
import { Dice } from './dice.ts';
import { type DiskImage, SimulatedDisk } from './disk.ts';
import { Faults } from './faults.ts';
import { sha256 } from './keys.ts';
import { BEGAN_MS, certify, deployment, OFFICERS, passkeyOf, SECRET } from './people.ts';
import { Life, Schedule } from './schedule.ts';
import { until } from './until.ts';

export interface FoundingSigner {
  readonly name: string;
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  /** Passkeys either count from one on, or never count. */
  readonly counts: boolean;
}

export interface Founding {
  readonly disk: DiskImage;
  readonly tables: Tables;
  readonly signers: readonly FoundingSigner[];
  readonly wallMs: number;
}

export const FOLDER = '/sam';
export const LIMITS = { pendingOperations: 20_000, operationsPerSigner: 8, enrolmentsPending: 1000, approvedTickets: 500_000, copyLagSecondsMax: 60 } as const;
const PEOPLE = ['Aoi', 'Ben', 'Chie'] as const;
/** A name that must be found nowhere in clear but in answers. */
export const SURNAME = 'Tsukinowaguma';

/** Neither a folder nor a table has anything in it: the first start is still to come. */
export const NOTHING_YET: Founding = {
  disk: { files: new Map() },
  tables: { rows: new Map(), subjectKeys: new Map(), copy: new Map(), stateKey: undefined },
  signers: [],
  wallMs: BEGAN_MS + 86_400_000,
};

let made: Promise<Founding> | undefined;

export function founding(): Promise<Founding> {
  return (made ??= found());
}

async function found(): Promise<Founding> {
  const dice = new Dice('founding');
  const schedule = new Schedule(dice, BEGAN_MS);
  const faults = new Faults(0, new Set());
  faults.quiet = true;
  const parts = { schedule, faults, dice };
  const disk = new SimulatedDisk({ files: new Map() }, schedule, faults, dice);
  const database = new SimulatedDatabase({ rows: new Map(), subjectKeys: new Map(), copy: new Map(), stateKey: undefined }, parts, failuresOf({ SamRefusal, JournalError }));
  const module = new SimulatedModule(SECRET, parts);
  const life = new Life(0);
  const settled = <T>(work: Promise<T>): Promise<T> => until(work, () => schedule.step());
  const sam = await settled(
    openSam({
      powers: {
        now: () => schedule.wall(),
        monotonic: () => schedule.now,
        random: (length) => dice.bytes(length),
        log: openLog('sam', () => undefined, () => schedule.wall()),
        disk: disk.forLife(life),
        timers: { after: (delayMs, run) => schedule.after(delayMs, 'timer', run), soon: (run) => schedule.soon('turn', run) },
        die: (code) => {
          throw new Error(`nothing goes wrong in a founding: ${code}`);
        },
      },
      deployment: deployment(module.token.identityPublicKey),
      ...module.forLife(life),
      ticketKey: module.token.ticketKey,
      database: database.forLife(life),
      folder: FOLDER,
      copyBeforeRelease: false,
      limits: LIMITS,
    }),
  );
  const signers: FoundingSigner[] = [];
  for (const [i, name] of PEOPLE.entries()) signers.push({ name, counts: i % 2 === 0, ...(await enrol(sam, name, passkeyOf(name), settled)) });
  await settled(sam.close());
  return { disk: disk.image(), tables: database.snapshot(), signers, wallMs: schedule.wall() };
}

async function enrol(
  sam: Sam,
  name: string,
  passkey: Authenticator,
  settled: <T>(work: Promise<T>) => Promise<T>,
): Promise<Pick<FoundingSigner, 'signerId' | 'keyId'>> {
  const pageNonce = new Uint8Array(32);
  const person = { country: 'JP', givenName: name, surname: SURNAME, pseudonym: null };
  const { statement } = await settled(ask(sam, 'enrolBegin', { person, pageNonce }));
  const { body } = decode(enrolmentStatement, statement);
  const enrolmentHash = sha256(body);
  const { signerId } = decode(enrolmentBody, body);
  passkey.userHandle = signerId;
  const created = passkey.create(sha256(challengePreimage('enrol', body)));
  const held = decode(confirmationStatement, (await settled(ask(sam, 'enrolKey', { enrolmentHash, ...created, pageNonce }))).statement);
  const assertion = passkey.get(sha256(challengePreimage('enrol-confirm', held.body)));
  await settled(ask(sam, 'enrolConfirm', { enrolmentHash, assertion, pageNonce }));
  for (const { officerId, role, authenticator } of OFFICERS) {
    const command = role === 'registration' ? 'enrol-propose' : 'enrol';
    const approval = { officerId, assertion: authenticator.get(sha256(officerChallengePreimage(command, held.body, officerId))) };
    await settled(ask(sam, role === 'registration' ? 'officerPropose' : 'officerApprove', { enrolmentHash, approval }));
  }
  const [signed] = (await settled(ask(sam, 'orders', {}))).orders;
  const order = decode(orderStatement, signed!.statement);
  const request = parseCertificationRequest(order.certificationRequest);
  const chain = certify({ spki: request.spki, subject: request.subject.encoded });
  await settled(ask(sam, 'installCertificate', { orderId: order.orderId, chain }));
  const { credentials } = await settled(ask(sam, 'credentials', { signerId }));
  return { signerId: new Uint8Array(signerId), keyId: new Uint8Array(credentials[0]!.keyId) };
}

async function ask<N extends keyof SamDoor>(sam: Sam, name: N, request: Request<SamDoor[N]>): Promise<Awaited<ReturnType<Sam['handlers'][N]>>> {
  const handler = sam.handlers[name] as (request: Request<SamDoor[N]>, context: object) => ReturnType<Sam['handlers'][N]>;
  return await handler(request, { caller: 'ssa', requestId: '', deadlineAt: Number.MAX_SAFE_INTEGER });
}
