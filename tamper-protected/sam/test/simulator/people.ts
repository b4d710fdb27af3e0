// SPDX-License-Identifier: Apache-2.0
// Everybody outside: the IdP, the applications, the officers, the CA, and what they have in common. All keys come from one secret.
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { toBase64, toBase64url, toHex } from '@sigillo/standards/bytes';
import { assembleOcspResponse, buildTbsResponse, type CertificateStatus, encodeCertificateId } from '@sigillo/standards/ocsp';
import {
  assembleCertificate,
  basicConstraints,
  buildTbsCertificate,
  type Certificate,
  certificatePolicies,
  encodeName,
  type Extension,
  keyUsage,
  parseCertificate,
  publicKeyBits,
} from '@sigillo/standards/x509';
import type { Deployment } from '../../src/deployment.ts';
import { parsePolicy } from '../../src/policy.ts';
import { Authenticator } from '../played/authenticator.ts';
import { authenticatorKey, EcPair, hmac, sha256 } from './keys.ts';

export const SECRET: Uint8Array = sha256(new TextEncoder().encode('the world that is simulated'));
/** When the world began: 2026-11-21T00:00:00Z. */
export const BEGAN_MS: number = 1_795_219_200_000;
export const INTENT_SECONDS = 120;
export const EXECUTE_SECONDS = 300;

const SIGN = { rpId: 'sign.localhost', origin: 'http://sign.localhost:8400' } as const;
const OFFICE = { rpId: 'officer.localhost', origin: 'http://officer.localhost:8400' } as const;
const ISSUER = 'http://localhost:8401';
const POLICY_OID = '2.25.1';
const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;
const DAY_MS = 86_400_000;

export interface Client {
  readonly clientId: string;
  /** Zeros where its tokens are bound to nothing. */
  readonly thumbprint: Uint8Array;
  readonly bearer: boolean;
}

const thumbprint = (name: string): Uint8Array => hmac(SECRET, 'thumbprint', name);

export const CLIENTS: readonly Client[] = [
  { clientId: 'sca', thumbprint: thumbprint('sca'), bearer: false },
  { clientId: 'example-dpop', thumbprint: thumbprint('example-dpop'), bearer: false },
  { clientId: 'example-bearer', thumbprint: new Uint8Array(32), bearer: true },
];

export interface Officer {
  readonly officerId: Uint8Array;
  readonly role: 'registration' | 'privileged';
  readonly authenticator: Authenticator;
}

const officer = (role: Officer['role'], name: string): Officer => ({
  officerId: hmac(SECRET, 'officer', name).subarray(0, 16),
  role,
  authenticator: new Authenticator(OFFICE, authenticatorKey(hmac(SECRET, 'officer key', name))),
});

export const OFFICERS: readonly Officer[] = [officer('registration', 'a'), officer('privileged', 'b'), officer('privileged', 'c')];

/** A passkey of a signer, by the name of the person. */
export function passkeyOf(name: string): Authenticator {
  return new Authenticator(SIGN, authenticatorKey(hmac(SECRET, 'passkey', name)));
}

const idp = new EcPair(hmac(SECRET, 'idp'));
const rootKey = new EcPair(hmac(SECRET, 'root'));
const root = certificate('Root', 'Root', rootKey.spki, [basicConstraints({ ca: true, pathLength: null }), keyUsage('keyCertSign', 'crlSign')]);

/** A chain of one certificate: the root issues it itself. */
export function certify(wanted: { readonly spki: Uint8Array; readonly subject: Uint8Array }): readonly Uint8Array[] {
  const extensions = [keyUsage('contentCommitment'), certificatePolicies({ oid: POLICY_OID })];
  return [certificate(wanted.subject, 'Root', wanted.spki, extensions).encoded];
}

/** What the CA says of a certificate that it issued; `byStranger` is somebody else's word. */
export function statusOf(encoded: Uint8Array, status: CertificateStatus, byStranger: boolean): Uint8Array {
  const issuer = { name: root.subject.encoded, keyBits: publicKeyBits(root.spki) };
  const { serialNumber } = parseCertificate(encoded);
  const certificateId = encodeCertificateId('sha256', issuer, serialNumber, (_, bytes) => sha256(bytes));
  const responses = [{ certificateId, certificateStatus: status, thisUpdateMs: BEGAN_MS, nextUpdateMs: BEGAN_MS + DAY_MS }];
  const tbs = buildTbsResponse({ responderKeyHash: sha256(issuer.keyBits).subarray(0, 20), producedAtMs: BEGAN_MS, responses, nonce: null });
  return assembleOcspResponse(tbs, ALGORITHM, (byStranger ? idp : rootKey).signDer(tbs), []);
}

function certificate(subject: string | Uint8Array, issuer: string, spki: Uint8Array, extensions: readonly Extension[]): Certificate {
  const nameOf = (name: string): Uint8Array => encodeName([{ type: 'commonName', value: name }]);
  const tbs = buildTbsCertificate({
    issuer: nameOf(issuer),
    subject: typeof subject === 'string' ? nameOf(subject) : subject,
    spki,
    extensions,
    serialNumber: Uint8Array.of(1, ...sha256(spki).subarray(0, 15)),
    signatureAlgorithm: ALGORITHM,
    notBeforeMs: BEGAN_MS - 60_000,
    notAfterMs: BEGAN_MS + 365 * DAY_MS,
  });
  return parseCertificate(assembleCertificate(tbs, ALGORITHM, rootKey.signDer(tbs)));
}

export function deployment(identityPublicKey: Uint8Array): Deployment {
  const hash = (name: string): Uint8Array => hmac(SECRET, 'file', name);
  const policy = parsePolicy({
    name: 'simulated',
    organisation: 'Simulated',
    assuranceLevel: 'none',
    claim: 'none_test',
    certificatePolicy: POLICY_OID,
    certificateDays: 365,
    keyAlgorithm: 'P-256',
    approvalsNeeded: 2,
    signaturesMax: 1000,
    intentSeconds: INTENT_SECONDS,
    executeSeconds: EXECUTE_SECONDS,
    approvalHours: 72,
    secondPasskeyWaitHours: 0,
    backupEligibleAllowed: true,
    hashOnlyAllowed: true,
    wholeListInOrder: false,
    algorithms: 'eu-2026',
  });
  const [deploymentId, samId] = [hash('deployment').subarray(0, 16), hash('sam').subarray(0, 16)];
  return {
    deploymentId,
    samId,
    signOrigin: SIGN.origin,
    rpId: SIGN.rpId,
    officerOrigin: OFFICE.origin,
    officerRpId: OFFICE.rpId,
    policy,
    idp: { issuer: ISSUER, keys: new Map([['idp-1', idp.publicKey]]) },
    identityPublicKey,
    roots: [root],
    clients: CLIENTS.map(({ clientId, bearer }) => ({
      clientId,
      name: `Application ${clientId}`,
      kind: 'service',
      tokenBinding: bearer ? 'bearer' : 'dpop',
      hashOnly: true,
      status: 'active',
    })),
    officers: OFFICERS.map(({ officerId, role, authenticator: { credentialId, coseKey } }) => ({
      officerId,
      personId: officerId,
      role,
      authenticators: [{ credentialId, coseKey }],
      status: 'active',
    })),
    hashes: {
      deploymentId,
      samId,
      deploymentHash: hash('deployment.json'),
      policyHash: policy.hash,
      officersHash: hash('officers.json'),
      clientsHash: hash('clients.json'),
      idpHash: hash('idp.json'),
      rootsHash: hash('root.pem'),
      identityHash: sha256(identityPublicKey),
    },
  };
}

export const HASH_ALGORITHM = '2.16.840.1.101.3.4.2.1';
export const SIGNATURE_ALGORITHM = '1.2.840.10045.4.3.2';

export interface TicketFacts {
  readonly id: string;
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly client: Client;
  readonly hashes: readonly Uint8Array[];
  readonly nowMs: number;
}

/** As the IdP makes it. */
export function ticketOf({ id, signerId, keyId, client, hashes, nowMs }: TicketFacts): string {
  const now = Math.floor(nowMs / 1000);
  const claims = {
    iss: ISSUER,
    aud: ['urn:sigillo:sam', 'urn:sigillo:ssa'],
    sub: toHex(signerId),
    client_id: client.clientId,
    ...(client.bearer ? {} : { jkt: toBase64url(client.thumbprint) }),
    jti: id,
    iat: now,
    exp: now + 900,
    details: {
      credentialID: toHex(keyId),
      hashes: hashes.map(toBase64),
      hashAlgorithmOID: HASH_ALGORITHM,
      signAlgo: SIGNATURE_ALGORITHM,
      labels: hashes.map((_, i) => `${DOCUMENT_NAME} ${i}`),
    },
  };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'ES256', typ: 'sigillo-ticket+jwt', kid: 'idp-1' })}.${part(claims)}`;
  return `${input}.${toBase64url(idp.sign(new TextEncoder().encode(input)))}`;
}

/** A name that must be found nowhere in clear but in answers. */
export const DOCUMENT_NAME = 'Letter of the late aunt';

export type ExecuteRequest = Request<(typeof samDoor)['execute']>;
