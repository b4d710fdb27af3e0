// SPDX-License-Identifier: Apache-2.0
// The key pair of a passkey in software, as the SAM and as whoever plays the signer needs it.
import { generateKeyPairSync } from 'node:crypto';
import { concat } from '@sigillo/standards/bytes';

export class PopulationPasskey {
  readonly coseKey: Uint8Array;
  readonly spki: Uint8Array;
  /** PKCS #8. */
  readonly privateKey: Uint8Array;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.spki = publicKey.export({ type: 'spki', format: 'der' });
    this.privateKey = privateKey.export({ type: 'pkcs8', format: 'der' });
    const point = this.spki.subarray(this.spki.length - 64);
    this.coseKey = concat(
      Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32),
      point.subarray(0, 32),
      Uint8Array.of(0x22, 0x58, 32),
      point.subarray(32),
    );
  }
}
