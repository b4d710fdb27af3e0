// SPDX-License-Identifier: Apache-2.0
// Officers sign the command that they were asked for, made by their SAM for this call, or nothing: whoever carries it may lie.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { officerChallengePreimage, outcomeStatement, signedPreimage, stopBody, stopStatement, type OutcomeStatement, type StopBody } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { fromBase64url, fromHex, toBase64url, toHex } from '@sigillo/standards/bytes';
import { newAuthenticator, sha256 } from '../../src/demo-officers/authenticator.ts';
import { Office } from '../../src/demo-officers/office.ts';
import type { OfficerDoor, Unread } from '../../src/demo-officers/officer-door.ts';
import { stopKey, type StopWish } from '../../src/demo-officers/stop-key.ts';
import { scratchFolder } from '../scratch.ts';

const [deploymentId, samId, keyId] = [randomBytes(16), randomBytes(16), randomBytes(16)];
const sam = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const WISH: StopWish = { command: 'revoke', keyId: toHex(keyId), reason: 'keyCompromise' };

/** What the door says otherwise than it should. */
interface Lies {
  readonly body?: Partial<StopBody>;
  readonly begin?: Unread;
  readonly beginKey?: KeyObject;
  readonly beginNonce?: Uint8Array;
  readonly outcome?: Partial<OutcomeStatement>;
  readonly outcomeKey?: KeyObject;
  readonly outcomeNonce?: Uint8Array;
}

interface Heard {
  readonly body: string;
  readonly approvals: readonly { readonly officerId: string; readonly assertion: { readonly authenticatorData: string; readonly clientDataJson: string; readonly signature: string } }[];
  readonly pageNonce: string;
}

function openOffice(lies: Lies = {}): { readonly office: Office; readonly heard: Heard[]; readonly coseKeys: readonly Uint8Array[] } {
  const folder = scratchFolder();
  const file = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
    return join(folder, name);
  };
  mkdirSync(join(folder, 'public'));
  const officer = { officerRpId: 'officer.localhost', officerOrigin: 'http://officer.localhost:8400' };
  file('public/deployment.json', { ...officer, deploymentId: toHex(deploymentId), samId: toHex(samId) });
  file('public/sam.json', { identityPublicKey: sam.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') });
  const authenticators = [newAuthenticator(), newAuthenticator(), newAuthenticator()];
  const officers = authenticators.map(({ stored }, i) => ({ officerId: toHex(randomBytes(16)), role: i === 0 ? 'registration' : 'privileged', authenticator: stored }));
  const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const config = { public: join(folder, 'public'), officers: file('officers.json', officers), issuer: 'http://localhost:1', ssaUrl: 'http://localhost:2', client: { id: 'officers', key: file('client.json', clientKey) } };
  const office = new Office(file('config.json', config));
  const heard: Heard[] = [];
  Object.assign(office, { door: lyingDoor(lies, heard) });
  return { office, heard, coseKeys: authenticators.map(({ coseKey }) => coseKey) };
}

function lyingDoor(lies: Lies, heard: Heard[]): Partial<OfficerDoor> {
  const signed = (type: 'stop' | 'outcome', statement: Uint8Array, key: KeyObject = sam.privateKey): Unread => ({
    statement: toBase64url(statement),
    signature: toBase64url(sign('sha256', signedPreimage(type, statement), { key, dsaEncoding: 'ieee-p1363' })),
  });
  return {
    stopBegin: (wish) => {
      const { pageNonce } = wish as { readonly pageNonce: string };
      const body = encode(stopBody, {
        version: 1, operation: 'revoke', deploymentId, samId, keyId, keyVersion: 2, reason: 'keyCompromise', nonce: randomBytes(32), notBefore: 1, expires: 2, ...lies.body,
      });
      const statement = encode(stopStatement, { body, state: 'active', certificate: null, pageNonce: lies.beginNonce ?? fromBase64url(pageNonce) });
      return Promise.resolve({ ...signed('stop', statement, lies.beginKey), ...lies.begin });
    },
    stop: (command) => {
      heard.push(command as Heard);
      const said: OutcomeStatement = {
        version: 1, operation: 'outcome', deploymentId, samId, about: 'revoke', subject: keyId, state: 'revoked', code: '', receipt: null, record: 7, at: 1,
        ...lies.outcome,
        pageNonce: lies.outcomeNonce ?? fromBase64url((command as Heard).pageNonce),
      };
      return Promise.resolve(signed('outcome', encode(outcomeStatement, said), lies.outcomeKey));
    },
  };
}

test('two officers sign what was asked for, each for themselves', async () => {
  const { office, heard, coseKeys } = openOffice();
  assert.deepEqual(await stopKey(office, WISH), { holder: null, state: 'revoked', record: 7 });
  const [{ body, approvals }] = heard as [Heard];
  assert.equal(approvals.length, 2);
  for (const [i, { officerId, assertion }] of approvals.entries()) {
    const challenge = sha256(officerChallengePreimage('revoke', fromBase64url(body), fromBase64url(officerId)));
    assert.equal((JSON.parse(Buffer.from(assertion.clientDataJson, 'base64url').toString()) as { challenge: string }).challenge, toBase64url(challenge));
    const signedBytes = Buffer.concat([Buffer.from(assertion.authenticatorData, 'base64url'), sha256(Buffer.from(assertion.clientDataJson, 'base64url'))]);
    assert.ok(verify('sha256', signedBytes, publicKeyOf(coseKeys[i]!), Buffer.from(assertion.signature, 'base64url')), 'by the officer of that number');
  }
});

test('one officer signs to suspend', async () => {
  const { office, heard } = openOffice({ body: { operation: 'suspend' }, outcome: { about: 'freeze', state: 'frozen' } });
  await stopKey(office, { ...WISH, command: 'suspend' });
  assert.equal(heard[0]!.approvals.length, 1);
});

const BEFORE_SIGNING: readonly (readonly [string, Lies, string])[] = [
  ['that is none', { begin: { statement: undefined } }, 'statement_missing'],
  ['without a signature', { begin: { signature: 7 } }, 'statement_missing'],
  ['that the SAM did not sign', { beginKey: stranger.privateKey }, 'statement_signature'],
  ['of an earlier call', { beginNonce: randomBytes(32) }, 'statement_nonce'],
  ['for another key', { body: { keyId: randomBytes(16) } }, 'command_other'],
  ['to do something else', { body: { operation: 'suspend' } }, 'command_other'],
  ['for another reason', { body: { reason: 'superseded' } }, 'command_other'],
  ['of another deployment', { body: { deploymentId: randomBytes(16) } }, 'command_other'],
  ['of another SAM', { body: { samId: randomBytes(16) } }, 'command_other'],
];
for (const [what, lies, code] of BEFORE_SIGNING)
  test(`a command ${what} is signed by nobody`, async () => {
    const { office, heard } = openOffice(lies);
    await assert.rejects(stopKey(office, WISH), { code });
    assert.deepEqual(heard, []);
  });

for (const [what, lies, code] of [
  ['that the SAM did not sign', { outcomeKey: stranger.privateKey }, 'statement_signature'],
  ['of an earlier call', { outcomeNonce: randomBytes(32) }, 'statement_nonce'],
  ['about another key', { outcome: { subject: randomBytes(16) } }, 'outcome_other'],
  ['about another command', { outcome: { about: 'freeze' } }, 'outcome_other'],
] as const)
  test(`an outcome ${what} is not believed`, () => assert.rejects(stopKey(openOffice(lies).office, WISH), { code }));

function publicKeyOf(coseKey: Uint8Array): KeyObject {
  const at = (offset: number): string => toBase64url(coseKey.subarray(offset, offset + 32));
  assert.equal(toHex(coseKey.subarray(0, 10)), toHex(fromHex('a5010203262001215820')));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: at(10), y: at(45) }, format: 'jwk' });
}
