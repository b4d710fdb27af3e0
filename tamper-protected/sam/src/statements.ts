// SPDX-License-Identifier: Apache-2.0
// What the SAM says with its identity key. The type of a statement is part of what is signed, so that none passes for another.
import { signedPreimage, type StatementType } from '@sigillo/doors/sap';
import { encode, type Schema } from '@sigillo/doors/schema';
import type { CryptoModule } from './crypto-module.ts';
import { sha256 } from './hash.ts';

export interface SignedStatement {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

export async function signStatement<T>(
  cryptoModule: CryptoModule,
  type: StatementType,
  schema: Schema<T>,
  value: T,
): Promise<SignedStatement> {
  const statement = encode(schema, value);
  return { statement, signature: await cryptoModule.identitySign(sha256(signedPreimage(type, statement))) };
}
