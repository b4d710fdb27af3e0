// SPDX-License-Identifier: Apache-2.0
// The kinds of value that SAP/1 bodies are made of, with their sizes.
import { array, bytes, bytesUpTo, map, nullable, text, uint, type ValueOf } from '../schema/index.ts';

/** A deployment, SAM, signer, key or officer: 16 random bytes. */
export const id = bytes(16);
/** A SHA-256 digest, a challenge, a nonce, a handle. */
export const bytes32 = bytes(32);
/** Seconds since 1970-01-01T00:00:00Z. */
export const time = uint(253_402_300_799);
/** An object identifier in dotted decimal. */
export const oid = text(64);
/** A name that a person reads. */
export const shownName = text(360);
/** WebAuthn Level 3 section 4: a credential id has at most 1,023 bytes. */
export const credentialId = bytesUpTo(1023, 16);
/** A COSE_Key, RFC 9052 section 7, as the authenticator wrote it. */
export const coseKey = bytesUpTo(2048, 16);
/** A DER certificate. */
export const certificate = bytesUpTo(8192, 64);
/** What a CA says of one certificate: OCSPResponse, RFC 6960 section 4.2. */
export const ocspResponse = bytesUpTo(4096, 1);

/** What `navigator.credentials.get()` gives, WebAuthn Level 3 section 5.2.2. */
export const assertion = map({
  credentialId: { key: 1, of: credentialId, what: 'the credential that answered' },
  authenticatorData: { key: 2, of: bytesUpTo(1024, 37), what: 'WebAuthn Level 3 section 6.1' },
  clientDataJson: { key: 3, of: bytesUpTo(4096, 1), what: 'WebAuthn Level 3 section 5.8.1, as UTF-8' },
  signature: { key: 4, of: bytesUpTo(4096, 1), what: 'over authenticatorData ‖ SHA-256(clientDataJson)' },
  userHandle: { key: 5, of: nullable(bytesUpTo(64, 1)), what: 'the signer id where the authenticator returned one' },
});

/** Bytes of one of the SAM's statements with its signature (ECDSA P-256, P1363) over `signedPreimage(type, statement)`. */
export const signedStatement = map({
  statement: { key: 1, of: bytesUpTo(1_048_576, 1), what: 'deterministic CBOR of the statement' },
  signature: { key: 2, of: bytes(64), what: 'r ‖ s by the SAM identity key' },
});

/** How strong a key is held: the protocol level, and what the operator claims for the whole deployment. */
export const level = map({
  soleControlLevel: { key: 1, of: uint(2), what: '1 or 2: the protocol that activates the key (EN 419 241-1)' },
  claim: { key: 2, of: text(64), what: 'code of the level that the deployment claims; "none" with a reason where it claims none' },
});

/** One thing to be signed, field 18 of the intent. */
export const item = map({
  dtbsr: { key: 1, of: bytesUpTo(64, 32), what: 'DTBS/R: the digest that the key signs' },
  documentDigest: { key: 2, of: nullable(bytesUpTo(64, 32)), what: 'digest of the prepared content as the page computed it; null: the page has not seen the document' },
  name: { key: 3, of: shownName, what: 'name of the document as shown' },
  mediaType: { key: 4, of: text(128), what: 'media type of the document' },
  sizeBytes: { key: 5, of: uint(), what: 'size of the prepared content; 0 where the page has not seen it' },
});

export type Item = ValueOf<typeof item>;

/** The most that one approval can be for, in all rooms. */
export const LIST_MAX = 1000;
/** Items stand in the intent up to this many; a longer list stands there as its root. */
export const ITEMS_MAX = 100;
export const items = array(item, ITEMS_MAX);
