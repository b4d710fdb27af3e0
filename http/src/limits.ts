// SPDX-License-Identifier: Apache-2.0
// How much one caller may send, and how long that may take.

/** Of a request's body, unless a door needs more. */
export const BODY_BYTES_MAX: number = 262_144;
export const JSON_DEPTH_MAX: number = 16;
/** Of all headers of a request, and how many they may be. */
export const HEADERS_BYTES_MAX: number = 16_384;
export const HEADERS_COUNT_MAX: number = 1000;
/** From the first byte of a connection or request to the end of its headers, and to its own end. */
export const HEADERS_TIMEOUT_MS: number = 60_000;
export const REQUEST_TIMEOUT_MS: number = 60_000;
/** Of a connection on which nothing moves. */
export const CONNECTION_TIMEOUT_MS: number = 120_000;
