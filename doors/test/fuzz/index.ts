// SPDX-License-Identifier: Apache-2.0
// For rooms with tables of their own.
export { samplesOf, schemaParser } from './schema-parser.ts';
