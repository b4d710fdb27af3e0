// SPDX-License-Identifier: Apache-2.0
// What can go wrong in the house itself. The message is for the person who started it: what happened and what to do.

export type HouseErrorCode =
  | 'home_in_use'
  | 'home_unusable'
  | 'port_base'
  | 'port_taken'
  | 'ceremony_failed'
  | 'no_deployment'
  | 'journal_not_rebuilt'
  | 'build_failed'
  | 'tool_missing'
  | 'postgres_failed'
  | 'postgres_refused'
  | 'postgres_version'
  | 'database_elsewhere'
  | 'migration_failed'
  | 'process_died'
  | 'process_late';

export class HouseError extends Error {
  readonly code: HouseErrorCode;

  constructor(code: HouseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HouseError';
    this.code = code;
  }
}
