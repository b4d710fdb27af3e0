// SPDX-License-Identifier: Apache-2.0
// A small fuzzer for parsers, for the tests of all rooms. Its promises, for every input: no crash, no hang, no growth, no second spelling.
export { byteMutations, type Mutation } from './mutate-bytes.ts';
export { cborMutation } from './mutate-cbor.ts';
export { derMutation } from './mutate-der.ts';
export { jsonMutation, jsonTextMutation } from './mutate-json.ts';
export { textMutations } from './mutate-text.ts';
export { type AnyParser, type FaultKind, FuzzFault, type Input, type Parser, shown } from './parser.ts';
export { readJsonAgain } from './parsers/json-again.ts';
export { Random } from './random.ts';
export { fuzz, type FuzzResult, HANG_MS } from './run.ts';
export { fuzzAll } from './suite.ts';
export { runVectors } from './vectors.ts';
