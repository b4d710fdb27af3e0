// SPDX-License-Identifier: Apache-2.0
import type { AnyParser } from './parser.ts';
import { ofAlgorithms } from './parsers/algorithms.ts';
import { ofAsn1 } from './parsers/asn1.ts';
import { ofBytes } from './parsers/bytes.ts';
import { ofCbor } from './parsers/cbor.ts';
import { ofCms } from './parsers/cms.ts';
import { ofJson } from './parsers/json.ts';
import { ofOauth } from './parsers/oauth.ts';
import { ofOcsp } from './parsers/ocsp.ts';
import { ofPdf } from './parsers/pdf.ts';
import { ofTlog } from './parsers/tlog.ts';
import { ofTsp } from './parsers/tsp.ts';
import { ofWebauthn } from './parsers/webauthn.ts';
import { ofX509 } from './parsers/x509.ts';

/** The readers of this room. */
export const parsers: readonly AnyParser[] = [
  ...ofBytes,
  ...ofCbor,
  ...ofJson,
  ...ofAsn1,
  ...ofAlgorithms,
  ...ofX509,
  ...ofOcsp,
  ...ofCms,
  ...ofTsp,
  ...ofWebauthn,
  ...ofOauth,
  ...ofTlog,
  ...ofPdf,
];
