// SPDX-License-Identifier: Apache-2.0
/** Of a request's body, unless a door needs more. */
export const BODY_BYTES_MAX: number = 262_144;
export const JSON_DEPTH_MAX: number = 16;
