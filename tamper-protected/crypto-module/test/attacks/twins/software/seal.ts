// SPDX-License-Identifier: Apache-2.0
// Whatever comes out is taken: the tag is not looked at.
import { createDecipheriv } from 'node:crypto';

export { seal } from '../../../../src/software/seal.ts';

export function open(key: Uint8Array, _: Uint8Array, sealed: Uint8Array): Buffer {
  return createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).update(sealed.subarray(12, sealed.length - 16));
}
