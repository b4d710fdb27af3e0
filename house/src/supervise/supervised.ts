// SPDX-License-Identifier: Apache-2.0
// What the supervisor knows of a process in its care.
import type { ChildProcess } from 'node:child_process';

export interface Supervised {
  readonly name: string;
  /** What asks this process to end in good order. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  launch(): Launched;
}

export interface Launched {
  readonly child: ChildProcess;
  /** Settles when the process answers. It does not settle when the process dies first: the supervisor sees that itself. */
  readonly ready: Promise<void>;
}
