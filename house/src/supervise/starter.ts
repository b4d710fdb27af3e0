// SPDX-License-Identifier: Apache-2.0
// The bootstrap (start.mjs) is the parent of the house. When it is killed the house ends in good order, instead of running on unseen.

const LOOK_EVERY_MS = 500;

/** Calls `gone` once when the process that started this one is no longer its parent. Does nothing for a house that was started directly. */
export function watchStarter(gone: () => void): void {
  const starter = Number(process.env['SIGILLO_STARTER']);
  if (!Number.isSafeInteger(starter) || starter <= 0) return;
  const look = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(look);
    gone();
  }, LOOK_EVERY_MS);
  look.unref();
}
