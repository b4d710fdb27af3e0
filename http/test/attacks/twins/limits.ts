// SPDX-License-Identifier: Apache-2.0
// As much as anybody sends.
export const BODY_BYTES_MAX: number = 2 ** 30;
export const JSON_DEPTH_MAX: number = 1_000_000;
