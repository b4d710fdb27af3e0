// SPDX-License-Identifier: Apache-2.0
// How a process hangs on the house that started it. The house holds the other end of standard input: when that closes, for whatever reason
// the house ended, the process ends too. It says that it is ready by one line on descriptor 3, where there is one.
import { fstatSync, writeSync } from 'node:fs';

/** Tells the house that this process answers. Started by hand, without descriptor 3, it says so on standard output. */
export function announceReady(): void {
  const line = '{"ready":true}\n';
  try {
    fstatSync(3);
    writeSync(3, line);
  } catch {
    process.stdout.write(line);
  }
}

const STOP_DEADLINE_MS = 4000;

/** Runs `stop` once, at SIGTERM, SIGINT or when the house is gone, and then ends the process; a stop that takes too long is cut off. */
export function onStop(stop: () => Promise<void> | void): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    Promise.resolve()
      .then(stop)
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.env['SIGILLO_LIFELINE'] === 'stdin') {
    process.stdin.on('end', end);
    process.stdin.on('close', end);
    process.stdin.on('error', end);
    process.stdin.resume();
  }
}
