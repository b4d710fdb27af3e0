// SPDX-License-Identifier: Apache-2.0
// The tables of the SAM: rows as the database has them, records and what single events say in them.
import type { Schema } from '@sigillo/doors/schema';
import { schemaParser } from '@sigillo/doors/test/fuzz';
import type { Parser } from '@sigillo/standards/test/fuzz';
import * as details from '../../src/journal/details.ts';
import { journalRecord } from '../../src/journal/record.ts';
import { TABLES } from '../../src/records/tables.ts';

export const ofTables: readonly Parser<Uint8Array>[] = [
  ...Object.entries(TABLES).map(([name, schema]) => schemaParser(`row ${name.replaceAll('_', ' ')}`, schema as Schema<unknown>)),
  ...Object.entries(details)
    .filter(([name]) => name !== 'releasedDetail')
    .map(([name, schema]) => schemaParser(name, schema as Schema<unknown>)),
  // `releasedDetail` is the table of `executingDetail`.
  schemaParser('journal record', journalRecord),
];
