// SPDX-License-Identifier: Apache-2.0
import type { AnyParser } from '@sigillo/standards/test/fuzz';
import { ofJournal } from './journal.ts';
import { ofTables } from './rows.ts';
import { ofSealed } from './sealed.ts';
import { stateKey } from './state-key.ts';
import { ofTickets } from './ticket.ts';

export const parsers: readonly AnyParser[] = [...ofTickets, ...ofJournal, ...ofTables, ...ofSealed, stateKey];
