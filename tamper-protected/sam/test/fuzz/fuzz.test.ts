// SPDX-License-Identifier: Apache-2.0
import { fuzzAll } from '@sigillo/standards/test/fuzz';
import { parsers } from './parsers.ts';

fuzzAll(parsers);
