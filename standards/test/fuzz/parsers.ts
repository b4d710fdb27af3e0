// SPDX-License-Identifier: Apache-2.0
import type { AnyParser } from './parser.ts';
import { ofBytes } from './parsers/bytes.ts';
import { ofCbor } from './parsers/cbor.ts';
import { ofJson } from './parsers/json.ts';

/** The readers of this room. */
export const parsers: readonly AnyParser[] = [...ofBytes, ...ofCbor, ...ofJson];
