// SPDX-License-Identifier: Apache-2.0
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { sha256 } from '../crypto/digest.ts';

/** RFC 7636 section 4.2, method S256. */
export async function codeChallenge(verifier: string): Promise<string> {
  return toBase64url(await sha256(utf8(verifier)));
}
