// SPDX-License-Identifier: Apache-2.0
// Whatever file comes back is the one that was approved.
import { parseCertificate } from '@sigillo/standards/x509';
import type { ApprovedNote } from '../../../../src/checks/signed.ts';

export function checkSigned(file: Uint8Array, [note]: readonly ApprovedNote[]): Promise<object> {
  return Promise.resolve({ file, note, certificate: parseCertificate(note!.certificate), hasTimeStamp: false });
}

export const checkSignedFile: typeof checkSigned = checkSigned;
