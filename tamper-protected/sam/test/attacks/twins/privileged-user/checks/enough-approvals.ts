// SPDX-License-Identifier: Apache-2.0
// One is enough.
import type { Approval } from '@sigillo/doors/sap';

export function areEnough(approvals: readonly Approval[]): boolean {
  return approvals.length > 0;
}
