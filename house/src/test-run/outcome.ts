// SPDX-License-Identifier: Apache-2.0

/** What came of one test; the reporter in the test process writes it and the run reads it. */
export interface TestOutcome {
  readonly name: string;
  readonly file: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
  readonly durationMs: number;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function countOf(outcomes: readonly TestOutcome[]): Counts {
  const of = (result: TestOutcome['result']): number => outcomes.filter((outcome) => outcome.result === result).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
