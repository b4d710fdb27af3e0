// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';

/** The folder of the repository, without a slash at the end. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
