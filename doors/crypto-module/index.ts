// SPDX-License-Identifier: Apache-2.0
// The crypto module's door. There is no general signing call: a signer's key signs for a ticket that the SAM MACed, a CSR that the module builds
// itself, and nothing else. The shape fits a PKCS #11 token: keys come wrapped, are unwrapped, used and destroyed within the call.
import { message } from '../door/index.ts';
import { array, bytes, bytesUpTo, exactly, map, nullable, oneOf, text, uint, type ValueOf } from '../schema/index.ts';
import { bytes32, id, LIST_MAX, oid } from '../sap/kinds.ts';

export const KEY_ALGORITHMS = ['P-256', 'P-384', 'RSA-3072', 'RSA-4096', 'Ed25519', 'ML-DSA-65'] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

const wrappedKey = bytesUpTo(8192, 16);
/** DER SubjectPublicKeyInfo. */
const spki = bytesUpTo(4096, 32);
const nothing = map({});

/** Says that one item of one approved operation may be signed, once, by this start of the module. */
export const ticketBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  bootNonce: { key: 2, of: bytes(16), what: 'of the module\'s present start' },
  epoch: { key: 3, of: uint(), what: 'of the SAM; a lower one than seen is refused' },
  operation: { key: 4, of: bytes32, what: 'challenge of the approved operation' },
  index: { key: 5, of: uint(100_000), what: 'index of the item: (operation, index) signs once' },
  keyId: { key: 6, of: id, what: 'the key that the wrapped blob must hold' },
  publicKey: { key: 7, of: spki, what: 'the finished signature must verify with this' },
  signatureAlgorithm: { key: 8, of: oid, what: 'what to sign with' },
  signatureParameters: { key: 9, of: nullable(bytesUpTo(256, 1)), what: 'its DER parameters' },
  hashAlgorithm: { key: 10, of: oid, what: 'algorithm of the digest' },
  digest: { key: 11, of: bytesUpTo(64, 32), what: 'the DTBS/R' },
  expires: { key: 12, of: uint(), what: 'milliseconds of the machine\'s monotonic clock; on other hosts of the module\'s own' },
});
export type TicketBody = ValueOf<typeof ticketBody>;

/** What the MAC of a ticket covers is this text, a zero byte, and the body. */
export const TICKET_TAG = 'sigillo/ticket/1';

export const ticket = map({
  body: { key: 1, of: bytesUpTo(8192, 1), what: 'encoding of the ticket body' },
  mac: { key: 2, of: bytes32, what: 'HMAC-SHA-256 under K_ticket' },
});

/** Says which key a CSR may be made for; MACed like a ticket. */
export const certificationTicketBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  purpose: { key: 2, of: exactly('csr'), what: 'never fits a signature' },
  bootNonce: { key: 3, of: bytes(16), what: 'of the module\'s present start' },
  epoch: { key: 4, of: uint(), what: 'of the SAM' },
  keyId: { key: 5, of: id, what: 'the key that the wrapped blob must hold' },
  publicKey: { key: 6, of: spki, what: 'the key of the request' },
  subject: { key: 7, of: bytesUpTo(2048, 2), what: 'DER Name of the request' },
});
export const CERTIFICATION_TICKET_TAG = 'sigillo/certification-ticket/1';

/** Says which start of the SAM asks from now on; MACed like a ticket. */
export const epochTicketBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  purpose: { key: 2, of: exactly('epoch'), what: 'never fits a signature' },
  bootNonce: { key: 3, of: bytes(16), what: 'of the module\'s present start' },
  epoch: { key: 4, of: uint(), what: 'of the SAM; tickets of lower ones are refused from now on' },
});
export const EPOCH_TICKET_TAG = 'sigillo/epoch-ticket/1';

export const cryptoModuleDoor = {
  info: message(
    1,
    'what module this is',
    nothing,
    map({
      bootNonce: { key: 1, of: bytes(16), what: 'drawn at this start' },
      driver: { key: 2, of: text(64), what: 'name of the driver' },
      algorithms: { key: 3, of: array(oneOf(...KEY_ALGORITHMS), 16), what: 'it can generate' },
      identityPublicKey: { key: 4, of: spki, what: 'of the SAM identity key' },
      signatures: { key: 5, of: uint(), what: 'made for tickets since this start' },
    }),
  ),
  generate: message(
    2,
    'make a signing key, wrapped for this key id',
    map({ keyId: { key: 1, of: id, what: 'bound to the wrapped blob' }, algorithm: { key: 2, of: oneOf(...KEY_ALGORITHMS), what: 'which' } }),
    map({ wrapped: { key: 1, of: wrappedKey, what: 'opens in this module only, for this key id only' }, publicKey: { key: 2, of: spki, what: 'SubjectPublicKeyInfo' } }),
    60_000,
  ),
  certificationRequest: message(
    3,
    'build and sign a PKCS #10 request',
    map({ ticket: { key: 1, of: ticket, what: 'a certification ticket' }, wrapped: { key: 2, of: wrappedKey, what: 'the key' } }),
    map({ request: { key: 1, of: bytesUpTo(8192, 64), what: 'DER' } }),
  ),
  sign: message(
    4,
    'sign the digests of these tickets with one key, and verify each signature',
    map({
      wrapped: { key: 1, of: wrappedKey, what: 'the key' },
      tickets: { key: 2, of: array(ticket, LIST_MAX), what: 'all for this key and for one operation' },
      keepUntil: { key: 3, of: uint(), what: 'the key stays unwrapped for further calls of the operation until then (clock of `expires`); 0 after the last' },
    }),
    map({ signatures: { key: 1, of: array(bytesUpTo(8192, 1), LIST_MAX), what: 'in order; ECDSA as DER' } }),
    25_000,
  ),
  forget: message(10, 'the operation has ended: its unwrapped key goes', map({ operation: { key: 1, of: bytes32, what: 'challenge of the operation' } }), nothing),
  identitySign: message(
    5,
    'sign a statement of the SAM with its identity key',
    map({ digest: { key: 1, of: bytes32, what: 'SHA-256 of the tagged statement' } }),
    map({ signature: { key: 1, of: bytes(64), what: 'ECDSA P-256, P1363' } }),
  ),
  mac: message(6, 'HMAC-SHA-256 under K_mix', map({ data: { key: 1, of: bytesUpTo(4096, 1), what: 'input' } }), map({ mac: { key: 1, of: bytes32, what: 'output' } })),
  random: message(7, 'random bytes', map({ length: { key: 1, of: uint(1024), what: 'how many' } }), map({ bytes: { key: 1, of: bytesUpTo(1024), what: 'random' } })),
  seal: message(8, 'encrypt the SAM\'s state key under K_seal', map({ secret: { key: 1, of: bytes32, what: 'state key' } }), map({ sealed: { key: 1, of: bytesUpTo(256, 32), what: 'opens in this module only' } })),
  unseal: message(9, 'decrypt it', map({ sealed: { key: 1, of: bytesUpTo(256, 32), what: 'from seal' } }), map({ secret: { key: 1, of: bytes32, what: 'state key' } })),
  enterEpoch: message(11, 'refuse older starts of the SAM from now on', map({ ticket: { key: 1, of: ticket, what: 'an epoch ticket' } }), nothing),
} as const;
export type CryptoModuleDoor = typeof cryptoModuleDoor;
