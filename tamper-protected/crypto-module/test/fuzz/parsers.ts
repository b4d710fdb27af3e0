// SPDX-License-Identifier: Apache-2.0
import type { AnyParser } from '@sigillo/standards/test/fuzz';
import { closeModule, ofModule } from './tickets.ts';
import { ofTokenFile } from './token-file.ts';

export const parsers: readonly AnyParser[] = [...ofModule, ...ofTokenFile];

/** Closes what was opened for the parsers. */
export const close: () => void = closeModule;
