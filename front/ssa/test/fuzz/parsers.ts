// SPDX-License-Identifier: Apache-2.0
// Whole requests at a running SSA, from callers with good tokens and bad bodies. The answer is a refusal of the caller's fault, or the message has reached
// the SAM and says what a second reader of JSON finds in the body. The CSC methods take several names for a parameter and several forms of base64, as their
// clients in the field write them: there the bytes of the digests and the key are compared.
import type { Request } from '@sigillo/doors/door';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { toBase64, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { type AnyParser, jsonMutation, type Parser, readJsonAgain } from '@sigillo/standards/test/fuzz';
import { toJson } from '../../src/json-form/json-form.ts';
import { SIGNER_ROUTES, type SignerRow } from '../../src/signer/table.ts';
import { cscBodies } from './csc-bodies.ts';
import { credentialClaims, openHouse } from '../played/house.ts';

const house = await openHouse({ burst: 100_000, perMinute: 1_000_000 });
/** Stops the SSA and those who play around it. */
export const close = (): Promise<void> => house.close();

/** Proofs of possession are remembered while they count: the time goes on so that they are not all remembered. */
const REQUESTS_PER_SECOND = 100;
let requests = 0;

/** A status that says that the caller is at fault, and a code. */
class Refused extends Error {}

async function send(path: string, body: Uint8Array, headers: Record<string, string>): Promise<void> {
  if (++requests % REQUESTS_PER_SECOND === 0) house.now += 1;
  house.log.length = 0;
  house.sam.asked.length = 0;
  const { status, text } = await house.send('POST', path, body, headers);
  if (status >= 400 && status < 500) throw new Refused(text);
  if (status !== 200) throw new TypeError(`${status} ${text}`);
}

const fixed = (length: number): string => toBase64url(new Uint8Array(length).fill(0x5c));
const pageNonce = fixed(32);
const assertion = { credentialId: fixed(32), authenticatorData: fixed(37), clientDataJson: fixed(80), signature: fixed(70), userHandle: null };
const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
const ticket = `${part({ typ: 'sigillo-ticket+jwt' })}.${part({ sub: house.sam.signerId })}.${fixed(64)}`;
const BODIES: Readonly<Record<SignerRow['message'], object>> = {
  enrolBegin: { person: { country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null }, pageNonce },
  enrolKey: { enrolmentHash: fixed(32), credentialId: fixed(32), attestationObject: fixed(200), clientDataJson: fixed(80), pageNonce },
  enrolConfirm: { enrolmentHash: fixed(32), assertion, pageNonce },
  enrolOutcome: { enrolmentHash: fixed(32), pageNonce },
  login: { credentialId: fixed(32), pageNonce },
  prepare: { ticket, documents: [{ digest: fixed(32), sizeBytes: 5 }, { digest: null, sizeBytes: 0 }], language: 'ja', pageNonce },
  authorise: { challenge: fixed(32), assertion, sealed: null, pageNonce },
  outcome: { challenge: fixed(32), pageNonce },
  history: { before: null, pageNonce },
  freeze: { keyId: fixed(16), pageNonce },
};

function parser(name: string, valid: object, respell: (input: Uint8Array) => Promise<Uint8Array>): Parser<Uint8Array> {
  // Each input is a request over a socket.
  const share = 1 / 100;
  return { name, valid: [utf8(JSON.stringify(valid))], mutations: [jsonMutation], isRefusal: (error) => error instanceof Refused, respell, share, lengthMax: 4096 };
}

function signerParser({ path, message, who, fromSession }: SignerRow): Parser<Uint8Array> {
  return parser(`page-${path.replaceAll('/', '-')}`, BODIES[message], async (input) => {
    const at = `/signer/v1/${path}`;
    await send(at, input, who === 'anyone' ? {} : house.dpop(at, house.signed()));
    const arrived = toJson(samDoor[message].request, house.sam.asked.at(-1)!.request) as Record<string, unknown>;
    for (const name of fromSession) delete arrived[name];
    return ordered(arrived) === ordered(readJsonAgain(input)) ? input : utf8(ordered(arrived));
  });
}

const credentialID = house.sam.credentialId;
const CREDENTIAL_NAMES = ['credentialID', 'credentialId', 'credential_id'];
const digest = toBase64(new Uint8Array(32).fill(0xd1));
const bearer = (claims: Record<string, unknown>): Record<string, string> => house.bearer(house.maced({ client_id: 'bearer-app', cnf: undefined, ...claims }));

const signHash = parser('csc-sign-hash', { credentialID, hashes: [digest], hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', signAlgo: '1.2.840.10045.4.3.2', operationMode: 'S' }, async (input) => {
  await send('/csc/v2/signatures/signHash', input, bearer(credentialClaims(house)));
  const executed = house.sam.asked.findLast(({ message }) => message === 'execute')!.request as Request<SamDoor['execute']>;
  const { hashes, hash, ...named } = readJsonAgain(input) as Readonly<Record<string, unknown>>;
  const given = [hashes, hash].find((value) => value !== undefined && value !== null && value !== '');
  const texts = (typeof given === 'string' ? given.split(/[,;]/) : given) as readonly string[];
  const digests = texts.map((text) => toBase64(Buffer.from(decodeURIComponent(text), 'base64')));
  const isSame = JSON.stringify(digests) === JSON.stringify(executed.dtbsrs.map(toBase64)) && CREDENTIAL_NAMES.some((name) => named[name] === toHex(executed.keyId));
  return isSame ? input : utf8(JSON.stringify(executed.dtbsrs.map(toBase64)));
});

const asks = (['list', 'info'] as const).map((method) =>
  parser(`csc-credentials-${method}`, { ...(method === 'info' ? { credentialID } : {}), certificates: 'chain', certInfo: true, authInfo: false, lang: 'ja' }, async (input) => {
    await send(`/csc/v2/credentials/${method}`, input, bearer({}));
    return input;
  }),
);

export const parsers: readonly AnyParser[] = [...SIGNER_ROUTES.map(signerParser), signHash, ...asks, ...cscBodies];

/** JSON with names in order. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

