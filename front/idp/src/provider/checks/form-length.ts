// SPDX-License-Identifier: Apache-2.0
import { HttpProblem } from '@sigillo/http';

/** A thousand digests with names, percent-encoded. */
const FORM_BYTES_MAX = 1_048_576;

/** A form that says that it is longer is not read: anybody can send one. */
export function requireFormLength(declared: number): void {
  if (declared > FORM_BYTES_MAX) throw new HttpProblem(413, 'body_too_large');
}
