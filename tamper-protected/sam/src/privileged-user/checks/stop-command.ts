// SPDX-License-Identifier: Apache-2.0
import { stopBody, type StopBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import type { Deployment } from '../../deployment.ts';
import { refuseAs, SamRefusal } from '../../refusals.ts';

/** Officers have so long to sign a command. */
export const STOP_SECONDS: number = 72 * 3600;

/** A command for this SAM, in its time. */
export function readStopCommand(deployment: Pick<Deployment, 'deploymentId' | 'samId'>, now: number, body: Uint8Array): StopBody {
  const command = refuseAs('command_malformed', () => decode(stopBody, body));
  const isOurs = sameBytes(command.deploymentId, deployment.deploymentId) && sameBytes(command.samId, deployment.samId);
  if (!isOurs || command.expires - command.notBefore > STOP_SECONDS) throw new SamRefusal('command_malformed');
  if (now < command.notBefore || now > command.expires) throw new SamRefusal('command_expired');
  return command;
}
