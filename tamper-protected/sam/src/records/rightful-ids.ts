// SPDX-License-Identifier: Apache-2.0
import { confirmationBody } from '@sigillo/doors/sap';
import { decode, SchemaError } from '@sigillo/doors/schema';
import { utf8 } from '@sigillo/standards/bytes';
import { CborError } from '@sigillo/standards/cbor';
import type { Deployment } from '../deployment.ts';
import { sha256 } from '../hash.ts';
import { type RowOf, schemaOf, type TableName } from './tables.ts';

export interface KnownOwners {
  readonly keysOf: (signerId: Uint8Array) => readonly Uint8Array[];
  /** Whose enrolment that was; undefined where there was none. */
  readonly signerOf: (enrolmentHash: Uint8Array) => Uint8Array | undefined;
  readonly deployment: Pick<Deployment, 'officers'>;
}

type Ids = { readonly [T in TableName]: (columns: RowOf<T>, known: KnownOwners) => readonly Uint8Array[] };

const IDS: Ids = {
  signer: ({ enrolmentHash }, { signerOf }) => {
    const signerId = signerOf(enrolmentHash);
    return signerId === undefined ? [] : [signerId];
  },
  authenticator: ({ credentialId }) => [sha256(credentialId)],
  signing_key: ({ signerId }, { keysOf }) => keysOf(signerId),
  client: ({ clientId }) => [sha256(utf8(clientId))],
  officer: (_, { deployment }) => deployment.officers.map(({ officerId }) => officerId),
  enrolment: ({ confirmation }) => [decode(confirmationBody, confirmation).enrolmentHash],
};

/**
 * Under which primary keys such columns may stand, as far as they tell. The columns are nobody's word: this only says where a MAC is tried
 * that did not fit where it was found.
 */
export function rightfulIds(table: TableName, body: Uint8Array, known: KnownOwners): readonly Uint8Array[] {
  try {
    const idsOf = IDS[table] as (columns: unknown, known: KnownOwners) => readonly Uint8Array[];
    return idsOf(decode(schemaOf(table), body), known);
  } catch (cause) {
    if (cause instanceof SchemaError || cause instanceof CborError) return [];
    throw cause;
  }
}
