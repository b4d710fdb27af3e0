// SPDX-License-Identifier: Apache-2.0
// What goes to a reader's thread and what comes back.
import type { Inspected, Prepared, PrepareJob, ProveJob } from './work.ts';

export type Job =
  | { readonly task: 'inspect'; readonly upload: string; readonly fileBytesMax: number }
  | { readonly task: 'prepare'; readonly job: PrepareJob; readonly fileBytesMax: number }
  | { readonly task: 'prove'; readonly job: ProveJob; readonly fileBytesMax: number };

export type Outcome =
  | { readonly outcome: 'inspected'; readonly inspected: Inspected }
  | { readonly outcome: 'prepared'; readonly prepared: Prepared }
  | { readonly outcome: 'proven' }
  | { readonly outcome: 'refused'; readonly code: string; readonly advice: string };
