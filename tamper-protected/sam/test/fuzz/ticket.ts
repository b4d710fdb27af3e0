// SPDX-License-Identifier: Apache-2.0
// The IdP's ticket: once as it travels, where all but the right one fail at the signature, and once with everything changed that the IdP could sign. Its JSON
// has one spelling, and what the SAM read in it is what a second reader of JSON finds.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { fromUtf8, toBase64, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { jsonTextMutation, type Parser, readJsonAgain } from '@sigillo/standards/test/fuzz';
import { SamRefusal } from '../../src/refusals.ts';
import { type Ticket, verifyTicket } from '../../src/ticket/read-ticket.ts';

const NOW = 1_800_000_000;
const ISSUER = 'https://idp.example';
const KEY_ID = 'k1';
/** A key for this test alone, so that the same seed gives the same inputs. */
const SCALAR = new Uint8Array(32).fill(0x17);
const privateKey = createPrivateKey({ key: pkcs8(SCALAR), format: 'der', type: 'pkcs8' });
const trust = { issuer: ISSUER, keys: new Map([[KEY_ID, createPublicKey(privateKey)]]) };

const HEADER = toBase64url(utf8(JSON.stringify({ alg: 'ES256', typ: 'sigillo-ticket+jwt', kid: KEY_ID })));
const CLAIMS = {
  iss: ISSUER,
  aud: ['urn:sigillo:sam', 'urn:sigillo:ssa'],
  sub: '44'.repeat(16),
  client_id: 'client-7',
  jkt: toBase64url(new Uint8Array(32).fill(0x88)),
  jti: 'ticket-1',
  iat: NOW,
  exp: NOW + 900,
  details: {
    credentialID: '55'.repeat(16),
    hashes: [1, 2].map((byte) => toBase64(new Uint8Array(32).fill(byte))),
    hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    signAlgo: '1.2.840.10045.4.3.2',
    labels: ['contract.pdf', 'Anlage Ü.pdf'],
    documentLocations: [{ uri: 'https://sca.example/1' }, { uri: 'https://sca.example/2' }],
  },
};
const { jkt: _jkt, ...BEARER } = CLAIMS;
const PAYLOADS = [CLAIMS, { ...BEARER, details: { credentialID: 'ab'.repeat(16), hashes: ['AAAA'.repeat(16)], hashAlgorithmOID: '2.16.840.1.101.3.4.2.2', labels: ['x'] } }].map((claims) => JSON.stringify(claims));

const isRefusal = (error: unknown): boolean => error instanceof SamRefusal;
const compact = (header: string, payload: string): string => {
  const input = `${header}.${toBase64url(utf8(payload))}`;
  return `${input}.${toBase64url(sign('sha256', utf8(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }))}`;
};
const TRAVELLING = PAYLOADS.map((payload) => compact(HEADER, payload));

/** Where only the right ones pass, they pass as they are. */
const travelling: Parser<string> = {
  name: 'ticket',
  valid: TRAVELLING,
  mutations: [],
  isRefusal,
  respell: (input) => (verifyTicket(input, trust, NOW), TRAVELLING.find((one) => one === input) ?? 'a ticket that nobody signed'),
};

const claims: Parser<string> = {
  name: 'ticket-claims',
  valid: PAYLOADS,
  mutations: [jsonTextMutation],
  isRefusal,
  respell(input) {
    // Half a character cannot be written as UTF-8, so the IdP cannot sign it.
    const payload = fromUtf8(utf8(input));
    const ticket = verifyTicket(compact(HEADER, payload), trust, NOW);
    const again = readJsonAgain(utf8(payload)) as typeof CLAIMS;
    const ours = JSON.stringify(read(ticket));
    return ours === JSON.stringify(claimed(again)) && JSON.stringify(again) === payload ? input : ours;
  },
};

export const ofTickets: readonly Parser<string>[] = [travelling, claims];

function read(ticket: Ticket): unknown {
  const { id, signerId, clientId, clientKeyThumbprint, expires, keyId, hashAlgorithm, dtbsrs, signatureAlgorithm, labels, hasLocations } = ticket;
  const thumbprint = clientKeyThumbprint === null ? undefined : toBase64url(clientKeyThumbprint);
  return [id, toHex(signerId), clientId, thumbprint, expires, toHex(keyId), hashAlgorithm, dtbsrs.map(toBase64), signatureAlgorithm ?? undefined, labels, hasLocations];
}

function claimed({ jti, sub, client_id, jkt, exp, details }: typeof CLAIMS): unknown {
  const { credentialID, hashes, hashAlgorithmOID, signAlgo, labels } = details;
  // Absent is undefined here; null would be another spelling of it.
  return [jti, sub, client_id, jkt, exp, credentialID, hashAlgorithmOID, hashes, signAlgo === null ? 'null' : signAlgo, labels, Object.hasOwn(details, 'documentLocations')];
}

/** PKCS #8 of a P-256 key from its number alone. */
function pkcs8(scalar: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex'), scalar]);
}
