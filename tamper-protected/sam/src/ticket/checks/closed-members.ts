// SPDX-License-Identifier: Apache-2.0
import { SamRefusal } from '../../refusals.ts';

export type Members = Readonly<Record<string, unknown>>;

/** An object of these members and no others: what nobody here knows could mean something to whoever wrote it. */
export function closedMembers(value: unknown, required: readonly string[], optional: readonly string[] = []): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SamRefusal('ticket_malformed');
  for (const name of required) if (!Object.hasOwn(value, name)) throw new SamRefusal('ticket_malformed');
  for (const name of Object.keys(value)) if (!required.includes(name) && !optional.includes(name)) throw new SamRefusal('ticket_malformed');
  return value as Members;
}
