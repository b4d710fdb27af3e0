// SPDX-License-Identifier: Apache-2.0
import { after } from 'node:test';
import { fuzzAll } from '@sigillo/standards/test/fuzz';
import { close, parsers } from './parsers.ts';

fuzzAll(parsers);
after(close);
