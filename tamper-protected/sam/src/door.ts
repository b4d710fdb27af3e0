// SPDX-License-Identifier: Apache-2.0
// The SAM's door: each message, what may ask for it, and who answers. The SSA is the only caller; what may be asked for while the SAM is
// not serving is its status.
import type { SamDoor } from '@sigillo/doors/sam';
import type { Handlers } from '@sigillo/wire';
import { authorise } from './activation/authorise.ts';
import { execute } from './activation/execute.ts';
import { prepare } from './activation/prepare.ts';
import { credentialOf, credentialsOf } from './credentials.ts';
import { approve } from './enrolment/approve.ts';
import { begin } from './enrolment/begin.ts';
import { confirm } from './enrolment/confirm.ts';
import { holdKey } from './enrolment/hold-key.ts';
import { installCertificate } from './enrolment/install-certificate.ts';
import { orders } from './enrolment/order.ts';
import { enrolmentOutcome } from './enrolment/outcome.ts';
import { propose } from './enrolment/propose.ts';
import { officerPending } from './enrolment/waiting.ts';
import { freeze } from './freeze.ts';
import { history } from './history.ts';
import { signLogin } from './login-statement.ts';
import { outcome } from './outcome.ts';
import { officerStop, officerStopBegin } from './privileged-user/officer-stop.ts';
import { SamRefusal } from './refusals.ts';
import { certificateRevoked, revocations } from './revocation/revocations.ts';
import type { State } from './state.ts';

export const CALLERS = ['ssa'] as const;

type Handler<N extends keyof SamDoor> = (state: State, request: Parameters<Handlers<SamDoor>[N]>[0]) => ReturnType<Handlers<SamDoor>[N]>;
type Row<N extends keyof SamDoor> = { readonly whenSealed: boolean; readonly handler: Handler<N> };

const TABLE: { readonly [N in keyof SamDoor]: Row<N> } = {
  enrolBegin: { whenSealed: false, handler: begin },
  enrolKey: { whenSealed: false, handler: holdKey },
  enrolConfirm: { whenSealed: false, handler: confirm },
  enrolOutcome: { whenSealed: false, handler: enrolmentOutcome },
  officerPending: { whenSealed: false, handler: officerPending },
  officerPropose: { whenSealed: false, handler: propose },
  officerApprove: { whenSealed: false, handler: approve },
  orders: { whenSealed: false, handler: orders },
  installCertificate: { whenSealed: false, handler: installCertificate },
  login: { whenSealed: false, handler: signLogin },
  prepare: { whenSealed: false, handler: prepare },
  authorise: { whenSealed: false, handler: authorise },
  outcome: { whenSealed: false, handler: outcome },
  execute: { whenSealed: false, handler: execute },
  credentials: { whenSealed: false, handler: (state, { signerId }) => credentialsOf(state, signerId) },
  credential: { whenSealed: false, handler: (state, { keyId }) => credentialOf(state, keyId) },
  history: { whenSealed: false, handler: history },
  freeze: { whenSealed: false, handler: freeze },
  status: { whenSealed: true, handler: status },
  officerStopBegin: { whenSealed: false, handler: officerStopBegin },
  officerStop: { whenSealed: false, handler: officerStop },
  revocations: { whenSealed: false, handler: revocations },
  certificateRevoked: { whenSealed: false, handler: certificateRevoked },
};

/** The handlers of the door over one state. */
export function samHandlers(state: State): Handlers<SamDoor> {
  const handlers = Object.entries(TABLE).map(([name, row]) => {
    const { handler, whenSealed } = row as Row<keyof SamDoor>;
    const handle = (request: never): unknown => {
      if (state.sealedReason !== '' && !whenSealed) throw new SamRefusal('sealed');
      return handler(state, request);
    };
    return [name, handle];
  });
  return Object.fromEntries(handlers) as Handlers<SamDoor>;
}

function status(state: State): ReturnType<Handlers<SamDoor>['status']> {
  const { record, hash } = state.journal.head;
  return { serving: state.sealedReason === '', reason: state.sealedReason, record, head: hash, at: state.clock.seconds() };
}
