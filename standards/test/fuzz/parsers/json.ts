// SPDX-License-Identifier: Apache-2.0
// Strict JSON leaves the writer white space, escapes and the spelling of numbers; what it must not leave is a text of which a second reader thinks
// otherwise. So what it takes is read again by a reader of our own that knows nothing of JSON.parse, and both values are written and compared.
import { utf8 } from '@sigillo/standards/bytes';
import { parseStrictJson, StrictJsonError } from '@sigillo/standards/json';
import { jsonMutation } from '../mutate-json.ts';
import type { Parser } from '../parser.ts';
import { readJsonAgain } from './json-again.ts';

const DEPTH_MAX = 16;

export const ofJson: readonly Parser<Uint8Array>[] = [
  {
    name: 'strict-json',
    valid: [
      '{}',
      '[]',
      '"x"',
      '0',
      'null',
      '{"credentialID":"00ff","hashes":["qLEg"],"hashAlgorithmOID":"2.16.840.1.101.3.4.2.1","count":1,"a":{"b":[true,false,null,-1.5e3]}}',
      '{"type":"webauthn.get","challenge":"r2An_Gw-14_q_paJ8phuf9Rk9YdjbGFBjGxFJMbdqV4","origin":"https://sic.example:8443","crossOrigin":false}',
      ' { "a\\u0062" : [ 1 , 2 ] , "\\"" : "\\\\" }\r\n',
    ].map(utf8),
    mutations: [jsonMutation],
    isRefusal: (error) => error instanceof StrictJsonError,
    respell(input) {
      const [one, two] = [parseStrictJson(input, DEPTH_MAX), readJsonAgain(input)];
      return JSON.stringify(one) === JSON.stringify(two) ? input : utf8(`${JSON.stringify(one)} or ${JSON.stringify(two)}`);
    },
  },
];
