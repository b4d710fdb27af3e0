// SPDX-License-Identifier: Apache-2.0
import type { AnyParser } from '@sigillo/standards/test/fuzz';
import { config } from './config.ts';
import { frames } from './frames.ts';
import { closeLink, link } from './link.ts';

export const parsers: readonly AnyParser[] = [config, frames, link];

/** Ends what was opened for the parsers. */
export const close: () => Promise<void> = closeLink;
