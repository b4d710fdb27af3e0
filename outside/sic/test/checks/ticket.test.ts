// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { readTicket } from '../../src/checks/ticket.ts';
import { ISSUER, makeScene, SCA } from '../played/scene.ts';
import { makeTicket } from '../played/ticket.ts';

test('a ticket says who, what and where', () => {
  const { demand, signer } = makeScene();
  assert.deepEqual(demand.ticket.keyId, new Uint8Array(signer.keyId));
  assert.equal(demand.ticket.locations?.length, 1);
});

test('a ticket without locations and without a key of the application is of hashes for a bearer client', () => {
  const { signer, pins } = makeScene();
  const ticket = readTicket(makeTicket(ISSUER, signer, { clientId: 'example', hashes: [new Uint8Array(32)], labels: ['a'] }), pins);
  assert.equal(ticket.locations, null);
  assert.deepEqual(ticket.clientKeyThumbprint, new Uint8Array(32));
});

test('a ticket may leave the algorithm to the signing service', () => {
  const { signer, pins } = makeScene();
  const ticket = makeTicket(ISSUER, signer, { clientId: 'example', hashes: [new Uint8Array(32)], labels: ['a'], algorithmOpen: true });
  assert.equal(readTicket(ticket, pins).signatureAlgorithm, null);
});

const LOCATIONS = [
  'http://evil.example/prepared/t/content', `${SCA}.evil.example/prepared/t/content`, `${SCA}/documents/t`, `${SCA}/prepared/../documents/t`, `${SCA}/prepared/t/content?x=1`,
  `${SCA}/prepared/t/content#x`, 'javascript:alert(1)', `${SCA.replace('//', '//user@')}/prepared/t/content`, '',
];
for (const content of LOCATIONS) {
  test(`a document is not fetched from "${content}"`, () => {
    const { signer, pins } = makeScene();
    const ticket = makeTicket(ISSUER, signer, {
      clientId: 'example',
      hashes: [new Uint8Array(32)],
      labels: ['a'],
      locations: [{ content, attributes: `${SCA}/prepared/t/attributes` }],
    });
    assert.throws(() => readTicket(ticket, pins), /document_location/);
  });
}

test('a ticket of another issuer, or one that is not well formed, is refused', () => {
  const { signer, pins } = makeScene();
  const about = { clientId: 'example', hashes: [new Uint8Array(32)], labels: ['a'] };
  assert.throws(() => readTicket(makeTicket('http://localhost:9999', signer, about), pins), /ticket_issuer/);
  assert.throws(() => readTicket(makeTicket(ISSUER, signer, { ...about, labels: [] }), pins), /ticket_malformed/);
  assert.throws(() => readTicket(makeTicket(ISSUER, signer, { ...about, hashes: [], labels: [] }), pins), /ticket_malformed/);
  const honest = JSON.parse(Buffer.from(
    makeTicket(ISSUER, signer, about).split('.')[1]!,
    'base64url',
  ).toString()) as Record<string, unknown>;
  const details = honest['details'] as Record<string, unknown>;
  const bent: readonly Record<string, unknown>[] = [
    { ...honest, sub: '00' }, { ...honest, exp: 'soon' }, { ...honest, jti: 7 }, {
      ...honest,
      jkt: 'AAAA',
    }, { ...honest, details: [] }, { ...honest, details: null },
    { ...honest, details: { ...details, hashes: 'x' } }, {
      ...honest,
      details: { ...details, hashes: {} },
    }, { ...honest, details: { ...details, credentialID: 'ff' } },
    { ...honest, details: { ...details, documentLocations: [] } }, {
      ...honest,
      details: { ...details, documentLocations: [[]] },
    }, { ...honest, details: { ...details, labels: [1] } },
  ];
  for (const claims of bent) assert.throws(
    () => readTicket(`a.${toBase64url(utf8(JSON.stringify(claims)))}.c`, pins),
    /ticket_malformed/,
    JSON.stringify(claims),
  );
  assert.throws(() => readTicket(`${makeTicket(ISSUER, signer, about)}.d`, pins), /ticket_malformed/);
  for (const text of ['', 'a.b', 'a.!.c', `a.${toBase64url(utf8('[]'))}.c`, `a.${toBase64url(utf8('{}'))}.c`]) assert.throws(
    () => readTicket(text, pins),
    /ticket_malformed/,
  );
});
