// SPDX-License-Identifier: Apache-2.0
// As much as anybody sends, for as long as it takes.
export const BODY_BYTES_MAX: number = 2 ** 30;
export const JSON_DEPTH_MAX: number = 1_000_000;
export const HEADERS_BYTES_MAX: number = 2 ** 24;
export const HEADERS_COUNT_MAX: number = 2 ** 24;
/** None. */
export const HEADERS_TIMEOUT_MS: number = 0;
export const REQUEST_TIMEOUT_MS: number = 0;
export const CONNECTION_TIMEOUT_MS: number = 0;
