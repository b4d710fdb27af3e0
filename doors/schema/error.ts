// SPDX-License-Identifier: Apache-2.0

export type SchemaErrorCode = 'schema_value' | 'schema_length' | 'schema_range' | 'schema_missing_field' | 'schema_unknown_field' | 'schema_field_order';

/** Why a value or an encoding does not follow its schema. `path` names the field, never its content. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code: SchemaErrorCode;
  readonly path: string;

  constructor(code: SchemaErrorCode, path: string) {
    super(`${code} at ${path === '' ? 'the top' : path}`);
    this.code = code;
    this.path = path;
  }

  /** The same fault, seen from the value that holds this one at `place`. */
  within(place: string): SchemaError {
    return new SchemaError(this.code, `${place}${this.path}`);
  }
}
