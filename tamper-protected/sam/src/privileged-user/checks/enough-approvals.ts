// SPDX-License-Identifier: Apache-2.0
import type { Approval } from '@sigillo/doors/sap';

/** As many as the policy needs have approved. */
export function areEnough(approvals: readonly Approval[], needed: number): boolean {
  return approvals.length >= needed;
}
