// SPDX-License-Identifier: Apache-2.0
// The form in which PostgreSQL keeps a password (RFC 5803 with RFC 7677). It is computed here, so that no password is ever part of a
// statement.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4096;
const KEY_BYTES = 32;

/** `password` must be ASCII, as ours are: SASLprep would change nothing in it. */
export function scramVerifier(password: string, salt: Uint8Array): string {
  if (!/^[\x21-\x7e]+$/.test(password)) throw new TypeError('a database password is printable ASCII');
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest();
  return `SCRAM-SHA-256$${ITERATIONS}:${base64(salt)}$${base64(storedKey)}:${base64(keyed('Server Key'))}`;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
