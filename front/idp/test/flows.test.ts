// SPDX-License-Identifier: Apache-2.0
// The straight ways: service and credential, both spellings, with and without DPoP; the page's own session; officers.
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { Browser } from './played/browser.ts';
import { Application, credentialToken, details, DETAILS_TYPE, HASHES, KEY_ID, SHA256, toApproval } from './played/client.ts';
import { CSC_RESOURCE, house, SCA_URL, SIGN_ORIGIN, SSA_URL } from './played/house.ts';
import { approvedUrl, beginApproval, beginLogin, logIn } from './played/page.ts';
import { Passkey } from './played/passkey.ts';

const credentialKey = createSecretKey(house.credentialTokenKey);

test('the whole way of a service token', async () => {
  const passkey = new Passkey();
  const application = await Application.open('example-dpop');
  const asked = await application.push({ scope: 'service' });
  const browser = new Browser();
  const back = await logIn(browser, await browser.go(asked.url), passkey);
  assert.equal(back.searchParams.get('iss'), house.issuer);
  const tokens = await application.redeem(back, asked);
  assert.equal(tokens.refresh_token, undefined);
  const { payload, protectedHeader } = await jwtVerify(tokens.access_token, credentialKey, { algorithms: ['HS256'], issuer: house.issuer, audience: CSC_RESOURCE });
  assert.equal(protectedHeader.typ, 'at+jwt');
  assert.equal(payload.sub, passkey.subject);
  assert.equal(payload['client_id'], 'example-dpop');
  assert.equal(payload['scope'], 'service');
  assert.equal((payload['cnf'] as { jkt: string }).jkt.length, 43);
  assert.equal(payload.exp! - payload.iat!, 3600);
  assert.equal(payload['handle'], undefined);
});

test('the whole way of a credential token, asked with authorization_details', async () => {
  const passkey = new Passkey();
  const application = await Application.open('example-dpop');
  const { asked, browser, screen } = await toApproval(application, passkey);
  const begun = await beginApproval(screen);
  assert.equal(decodeProtectedHeader(begun.ticket).typ, 'sigillo-ticket+jwt');
  assert.deepEqual(begun.claims.aud, ['urn:sigillo:sam', 'urn:sigillo:ssa']);
  assert.equal(begun.claims.sub, passkey.subject);
  assert.equal(begun.claims.jkt?.length, 43);
  assert.equal(begun.claims.exp - begun.claims.iat, 900);
  assert.deepEqual(begun.claims.details, { credentialID: KEY_ID, hashes: [...HASHES], hashAlgorithmOID: SHA256, labels: ['contract 1.pdf', 'contract 2.pdf'] });
  const receipt = house.sam.receiptStatement(begun.claims);
  const back = await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims, receipt)));
  const tokens = await application.redeem(back, asked, { authorization_details: details() });
  assert.equal(tokens.expires_in, 300);
  assert.deepEqual(tokens['authorization_details'], [{ ...JSON.parse(details())[0], numSignatures: 2 }]);
  const { payload } = await jwtVerify(tokens.access_token, credentialKey, { algorithms: ['HS256'], audience: CSC_RESOURCE });
  assert.equal(payload['scope'], 'credential');
  assert.equal(payload['handle'], Buffer.from(receipt.handle).toString('base64url'));
  assert.equal(payload['credentialID'], KEY_ID);
  assert.equal(payload['authorization_details'], undefined);
  assert.equal((payload['cnf'] as { jkt: string }).jkt, begun.claims.jkt);
});

test('the whole way of a credential token, asked with scope and parameters, by a bearer client', async () => {
  const passkey = new Passkey();
  const application = await Application.open('example-bearer', { dpop: false });
  const hashes = HASHES.map((hash) => hash.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')).join(',');
  const parameters = { scope: 'credential', credentialID: KEY_ID, numSignatures: '2', hashes, hashAlgorithmOID: SHA256, description: '契約書', signAlgo: '1.2.840.10045.4.3.2', clientData: 'x', lang: 'ja' };
  const { asked, browser, screen } = await toApproval(application, passkey, parameters);
  const begun = await beginApproval(screen);
  assert.equal('jkt' in begun.claims, false);
  assert.deepEqual(begun.claims.details, { credentialID: KEY_ID, hashes: [...HASHES], hashAlgorithmOID: SHA256, signAlgo: '1.2.840.10045.4.3.2', labels: ['1/2 契約書', '2/2 契約書'] });
  const tokens = await application.redeem(await browser.go(approvedUrl(begun, house.sam.receipt(begun.claims))), asked);
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens['authorization_details'], undefined);
  const claims = decodeJwt(tokens.access_token);
  assert.equal(claims['cnf'], undefined);
  assert.equal(claims['credentialID'], KEY_ID);
});

test('documents at the SCA travel to the page in the ticket', async () => {
  const passkey = new Passkey();
  const application = await Application.open('sca', { callback: `${SCA_URL}/callback` });
  const documentLocations = [{ content: `${SCA_URL}/prepared/T/content`, attributes: `${SCA_URL}/prepared/T/attributes` }];
  const documentDigests = [{ hash: HASHES[0], label: 'Re\u0301sume\u0301.pdf' }];
  const { screen } = await toApproval(application, passkey, { login_hint: passkey.subject, authorization_details: details({ type: 'credential', documentDigests, documentLocations }) });
  const begun = await beginApproval(screen);
  assert.deepEqual(begun.claims.details.documentLocations, documentLocations);
  assert.deepEqual(begun.claims.details.labels, ['Résumé.pdf']);
});

test('the page logs in once, stays logged in by its refresh token, and a second look at it needs no passkey', async () => {
  const passkey = new Passkey();
  const page = await Application.open('sic', { callback: `${SIGN_ORIGIN}/callback` });
  const browser = new Browser();
  const asked = await page.ask({ scope: 'signer' });
  const tokens = await page.redeem(await logIn(browser, await browser.go(asked.url), passkey), asked);
  const claims = decodeJwt(tokens.access_token);
  assert.deepEqual([decodeProtectedHeader(tokens.access_token).alg, claims.aud, claims.sub, claims['scope']], ['ES256', 'urn:sigillo:signer', passkey.subject, 'signer']);
  assert.equal(claims.exp! - claims.iat!, 900);
  const renewed = await page.refresh(tokens.refresh_token!);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  const again = await page.ask({});
  assert.equal((await browser.go(again.url)).pathname, '/callback');
  const anew = await page.ask({ scope: 'signer', prompt: 'login' });
  assert.equal((await browser.go(anew.url)).pathname, '/login');
});

test('a login serves the next approval, but an application that wants to see credentials is named and touched for', async () => {
  const passkey = new Passkey();
  const application = await Application.open('example-dpop');
  const { browser } = await toApproval(application, passkey);
  const { screen } = await toApproval(application, passkey, undefined, browser);
  assert.equal(screen.pathname, '/approve');
  const service = await browser.go((await application.push({ scope: 'service' })).url);
  assert.equal(service.pathname, '/login');
  assert.equal((await beginLogin(service)).clientName, 'Application example-dpop');
});

test('officers and the SCA get tokens of their own, without a subject', async () => {
  const officers = await Application.open('officers');
  const officer = decodeJwt((await officers.ownToken({ scope: 'officer' })).access_token);
  assert.deepEqual([officer.aud, officer['scope'], officer.sub, officer.exp! - officer.iat!], [`${SSA_URL}/officer/v1`, 'officer', undefined, 600]);
  const sca = await Application.open('sca');
  const service = decodeJwt((await sca.ownToken({ scope: 'service' })).access_token);
  assert.deepEqual([service.aud, service['scope'], service.sub], [CSC_RESOURCE, 'service', undefined]);
});

test('both names of the type are accepted, and a second credential token needs a second approval', async () => {
  const passkey = new Passkey();
  const application = await Application.open('example-dpop');
  for (const type of ['credential', DETAILS_TYPE]) {
    const tokens = await credentialToken(application, passkey, { authorization_details: details({ type }) });
    assert.equal((tokens['authorization_details'] as { type: string }[])[0]!.type, type);
  }
});
