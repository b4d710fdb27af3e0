// SPDX-License-Identifier: Apache-2.0
import { parsers } from './parsers.ts';
import { fuzzAll } from './suite.ts';

fuzzAll(parsers);
