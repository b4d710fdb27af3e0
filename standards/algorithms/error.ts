// SPDX-License-Identifier: Apache-2.0

export type AlgorithmErrorCode = 'algorithm_unknown' | 'algorithm_parameters' | 'algorithm_not_allowed' | 'signature_malformed';

/** Why an algorithm, its parameters or the form of its signature is refused; `subject` names the algorithm, never data. */
export class AlgorithmError extends Error {
  override readonly name = 'AlgorithmError';
  readonly code: AlgorithmErrorCode;
  readonly subject: string;

  constructor(code: AlgorithmErrorCode, subject: string) {
    super(`${code}: ${subject}`);
    this.code = code;
    this.subject = subject;
  }
}
