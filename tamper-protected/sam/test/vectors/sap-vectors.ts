// SPDX-License-Identifier: Apache-2.0
// The vectors of SAP/1: each body that somebody signs, with repeated bytes for ids, as our schema writes it. Run as a program it prints the
// file `vectors/sap-1.json` for other implementations.
import {
  algorithms,
  challengePreimage,
  codePreimage,
  comparisonCode,
  confirmationBody,
  confirmationStatement,
  dtbsrList,
  enrolmentBody,
  enrolmentStatement,
  historyStatement,
  intentBody,
  intentStatement,
  listForm,
  loginChallengePreimage,
  loginStatement,
  officerChallengePreimage,
  orderStatement,
  outcomeStatement,
  receiptStatement,
  signedPreimage,
  type StatementType,
} from '@sigillo/doors/sap';
import { encode, type Schema } from '@sigillo/doors/schema';
import { concat, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';

export interface Vector {
  readonly name: string;
  /** The deterministic CBOR, in hexadecimal; absent where what is hashed is text. */
  readonly body?: string;
  /** What is hashed: tag, zero byte, and the rest. */
  readonly tag: string;
  /** SHA-256 of it, in hexadecimal: a challenge, or what the SAM's identity key signs. */
  readonly digest: string;
  readonly challengeBase64url?: string;
  readonly code?: string;
}

const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
const deploymentId = repeated(0x11, 16);
const samId = repeated(0x22, 16);
const nonce = repeated(0x33, 32);
const signerId = repeated(0x44, 16);
const keyId = repeated(0x55, 16);
const officerId = repeated(0x0f, 16);
const pageNonce = repeated(0xaa, 32);
const policyHash = repeated(0x99, 32);
const coseKey = concat(
  Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32),
  repeated(0xc1, 32),
  Uint8Array.of(0x22, 0x58, 32),
  repeated(0xc2, 32),
);
const credentialId = repeated(0xcc, 32);
const assertion = {
  credentialId,
  authenticatorData: concat(sha256(utf8('sign.localhost')), Uint8Array.of(5, 0, 0, 0, 0)),
  clientDataJson: utf8('{}'),
  signature: repeated(0x51, 70),
  userHandle: signerId,
};
const level = { soleControlLevel: 2, claim: 'none_trial_identity' };
const time = 1_795_000_000;
const certificate = repeated(0x66, 64);

const intentFields = {
  version: 1,
  operation: 'sign',
  deploymentId,
  samId,
  operationNumber: 4242,
  nonce,
  signerId,
  keyId,
  keyVersion: 7,
  certificateHash: repeated(0x66, 32),
  authenticatorsHash: sha256(repeated(0x77, 32)),
  clientId: 'https://rp.example|client-7',
  clientKeyThumbprint: repeated(0x88, 32),
  hashAlgorithm: '2.16.840.1.101.3.4.2.1',
  signatureAlgorithm: '1.2.840.10045.4.3.2',
  signatureParameters: null,
  count: 2,
  items: [
    {
      dtbsr: sha256(utf8('DTBS 0')),
      documentDigest: sha256(utf8('DOC 0')),
      name: 'contract.pdf',
      mediaType: 'application/pdf',
      sizeBytes: 182_736,
    },
    {
      dtbsr: sha256(utf8('DTBS 1')),
      documentDigest: sha256(utf8('DOC 1')),
      name: 'annex-a.pdf',
      mediaType: 'application/pdf',
      sizeBytes: 9912,
    },
  ],
  notBefore: time,
  expires: time + 120,
  policyHash,
  language: 'en',
  soleControlLevel: 2,
} as const;
const intent = encode(intentBody, { ...intentFields, itemsRoot: null });

/** The shortest list that stands as its root. */
const longList = Array.from({ length: 101 }, (_, i) => ({
  dtbsr: sha256(utf8(`DTBS ${i}`)),
  documentDigest: sha256(utf8(`DOC ${i}`)),
  name: `document-${i}.pdf`,
  mediaType: 'application/pdf',
  sizeBytes: 1000 + i,
}));
const longIntent = encode(intentBody, { ...intentFields, ...listForm(longList, sha256) });
const enrolment = encode(enrolmentBody, {
  version: 1,
  operation: 'enrol',
  deploymentId,
  samId,
  operationNumber: 4243,
  nonce,
  signerId,
  subject: Uint8Array.of(0x30, 0),
  evidenceHash: repeated(0xe9, 32),
  assuranceLevel: 'none',
  notBefore: time,
  expires: time + 900,
});
const confirmation = encode(confirmationBody, {
  version: 1,
  operation: 'enrol-confirm',
  enrolmentHash: sha256(enrolment),
  coseKeyHash: sha256(coseKey),
  credentialId,
  aaguid: new Uint8Array(16),
  attestation: 'none',
  backupEligible: true,
  keyProfile: { algorithm: 'P-256', usage: 'signature', ...level },
  policyHash,
  nonce: repeated(0x34, 32),
  approvalsUntil: time + 259_200,
});

function challenge(name: string, operation: 'sign' | 'enrol' | 'enrol-confirm', body: Uint8Array): Vector {
  const digest = sha256(challengePreimage(operation, body));
  return {
    name,
    body: toHex(body),
    tag: `tw4s-sap/1 ${operation}`,
    digest: toHex(digest),
    challengeBase64url: toBase64url(digest),
    code: comparisonCode(sha256(codePreimage(digest))),
  };
}

function officer(name: string, command: 'enrol-propose' | 'enrol'): Vector {
  const digest = sha256(officerChallengePreimage(command, confirmation, officerId));
  return {
    name,
    body: toHex(concat(confirmation, officerId)),
    tag: `tw4s-adm/1 ${command}`,
    digest: toHex(digest),
    challengeBase64url: toBase64url(digest),
  };
}

function signed<T>(type: StatementType, schema: Schema<T>, value: T): Vector {
  const body = encode(schema, value);
  return {
    name: `statement: ${type}`,
    body: toHex(body),
    tag: `tw4s-sap/1 signed-${type}`,
    digest: toHex(sha256(signedPreimage(type, body))),
  };
}

export function sapVectors(): readonly Vector[] {
  const login = sha256(loginChallengePreimage('http://localhost:8401', 'bm9uY2U'));
  const ids = { version: 1, deploymentId, samId } as const;
  const { statement, signature } = { statement: intent, signature: repeated(0x5a, 64) };
  const hashes = [sha256(utf8('DTBS 0')), sha256(utf8('DTBS 1'))];
  const shown = { clientName: 'Example', firstTime: true, keyLabel: 'P-256 55555555', level, certificate };
  return [
    challenge('challenge: sign', 'sign', intent),
    challenge('challenge: enrol', 'enrol', enrolment),
    challenge('challenge: enrol-confirm', 'enrol-confirm', confirmation),
    officer('challenge: an officer proposes (confirmation, then officer id)', 'enrol-propose'),
    officer('challenge: an officer approves (confirmation, then officer id)', 'enrol'),
    {
      name: 'challenge: login (issuer http://localhost:8401, zero byte, nonce bm9uY2U)',
      tag: 'tw4s-sap/1 login',
      digest: toHex(login),
      challengeBase64url: toBase64url(login),
    },
    signed('intent', intentStatement, {
      body: intent,
      shown,
      pageNonce,
      items: null,
    }),
    signed('enrolment', enrolmentStatement, { body: enrolment, pageNonce }),
    signed('confirmation', confirmationStatement, { body: confirmation, pageNonce }),
    signed('login', loginStatement, {
      ...ids,
      operation: 'login',
      signerId,
      credentialId,
      coseKey,
      notBefore: time,
      expires: time + 900,
      pageNonce,
    }),
    signed('receipt', receiptStatement, {
      ...ids,
      operation: 'receipt',
      ticketId: 'ticket-1',
      handle: repeated(0xbb, 32),
      signerId,
      keyId,
      clientId: 'https://rp.example|client-7',
      clientKeyThumbprint: repeated(0x88, 32),
      algorithmsHash: sha256(
        encode(algorithms, {
          hashAlgorithm: '2.16.840.1.101.3.4.2.1',
          signatureAlgorithm: '1.2.840.10045.4.3.2',
          signatureParameters: null,
          count: 2,
        }),
      ),
      listHash: sha256(encode(dtbsrList, hashes)),
      expires: time + 420,
      pageNonce,
    }),
    signed('outcome', outcomeStatement, {
      ...ids,
      operation: 'outcome',
      about: 'sign',
      subject: sha256(challengePreimage('sign', intent)),
      state: 'authorised',
      code: '',
      receipt: { statement, signature },
      record: 12,
      at: time + 30,
      pageNonce,
    }),
    signed('order', orderStatement, {
      ...ids,
      operation: 'order',
      orderId: repeated(0x0d, 16),
      enrolment,
      confirmation,
      coseKey,
      confirmationAssertion: assertion,
      proposal: { officerId, assertion },
      approvals: [
        { officerId: repeated(0x1f, 16), assertion },
        { officerId: repeated(0x2f, 16), assertion },
      ],
      certificationRequest: repeated(0x30, 64),
      issued: time + 60,
    }),
    signed('history', historyStatement, {
      ...ids,
      operation: 'history',
      signerId,
      keys: [{ keyId, label: 'P-256 55555555', state: 'active', level, algorithm: 'P-256', certificate, created: time, lastUsed: null }],
      passkeys: [{ credentialId, created: time, lastUsed: time + 20, backupEligible: true, status: 'active' }],
      entries: [
        {
          number: 1,
          at: time,
          event: 'enrolled',
          code: '',
          keyId: null,
          clientId: null,
          clientName: null,
          names: [],
          record: 3,
          operation: null,
        },
      ],
      lastNumber: 1,
      at: time + 30,
      pageNonce,
    }),
    challenge('challenge: sign, 101 items as their root', 'sign', longIntent),
    { ...signed('intent', intentStatement, { body: longIntent, shown, pageNonce, items: longList }), name: 'statement: intent with 101 items' },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(sapVectors(), null, 2)}\n`);
