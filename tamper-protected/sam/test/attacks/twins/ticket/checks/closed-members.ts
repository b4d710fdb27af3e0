// SPDX-License-Identifier: Apache-2.0
// Whatever else it says.
export type Members = Readonly<Record<string, unknown>>;

export function closedMembers(value: unknown): Members {
  return value as Members;
}
