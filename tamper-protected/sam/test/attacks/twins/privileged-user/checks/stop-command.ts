// SPDX-License-Identifier: Apache-2.0
// A command is a command, whoever's and whenever.
import { stopBody, type StopBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';

export { STOP_SECONDS } from '../../../../../src/privileged-user/checks/stop-command.ts';

export function readStopCommand(_: unknown, __: unknown, body: Uint8Array): StopBody {
  return decode(stopBody, body);
}
