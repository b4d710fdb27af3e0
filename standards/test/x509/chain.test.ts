// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nullValue } from '../../asn1/index.ts';
import { basicConstraints, type Extension, keyUsage, verifyChain, verifyIssuedBy } from '../../x509/index.ts';
import { END_MS, issue, makeAuthority, NOW_MS, type Party, personName, signerExtensions, START_MS } from '../pki/authority.ts';
import { generateKey, verify } from '../pki/keys.ts';

const { root, issuing } = makeAuthority('p256');
const leaf = person(issuing);
const trust = { anchors: [root.certificate], verify };
const demand = { candidates: [issuing.certificate], atMs: NOW_MS };

test('the path is leaf, issuing CA, root, whatever else is among the candidates', () => {
  const others = makeAuthority('p256');
  const candidates = [others.root.certificate, others.issuing.certificate, leaf.certificate, issuing.certificate, root.certificate];
  const path = verifyChain(leaf.certificate, trust, { ...demand, candidates });
  assert.deepEqual(path, [leaf.certificate, issuing.certificate, root.certificate]);
  assert.deepEqual(verifyChain(root.certificate, trust, demand), [root.certificate]);
  assert.equal(verifyChain(leaf.certificate, { ...trust, anchors: [issuing.certificate] }, demand).length, 2);
});

test('no path: without the intermediate, without the anchor, or to another anchor of the same name', () => {
  assert.throws(() => verifyChain(leaf.certificate, trust, { ...demand, candidates: [] }), { code: 'x509_no_path' });
  assert.throws(() => verifyChain(leaf.certificate, { ...trust, anchors: [] }, demand), { code: 'x509_no_path' });
  assert.throws(() => verifyChain(leaf.certificate, { ...trust, anchors: [makeAuthority('p256').root.certificate] }, demand), {
    code: 'x509_no_path',
  });
});

test('a certificate that another key signed under the CA’s name and key identifier is refused', () => {
  const forged = issue(
    { key: { ...issuing.key, privateKey: generateKey('p256').privateKey }, certificate: issuing.certificate },
    leafContent(),
  );
  assert.throws(() => verifyChain(forged.certificate, trust, demand), { code: 'x509_signature' });
});

test('the right key under another name or key identifier is another issuer', () => {
  const { subject, extensions } = root.certificate;
  verifyIssuedBy(leaf.certificate, issuing.certificate, verify);
  const renamed = { ...issuing.certificate, subject };
  assert.throws(() => verifyIssuedBy(leaf.certificate, renamed, verify), { code: 'x509_not_issued_by' });
  const { subjectKeyIdentifier } = extensions;
  const renumbered = { ...issuing.certificate, extensions: { ...issuing.certificate.extensions, subjectKeyIdentifier } };
  assert.throws(() => verifyIssuedBy(leaf.certificate, renumbered, verify), { code: 'x509_not_issued_by' });
});

test('times: the first and the last second count, the ones beside them do not', () => {
  for (const atMs of [START_MS, END_MS, END_MS + 999]) verifyChain(leaf.certificate, trust, { ...demand, atMs });
  for (const atMs of [START_MS - 1, END_MS + 1000, Number.NaN]) {
    assert.throws(() => verifyChain(leaf.certificate, trust, { ...demand, atMs }), { code: 'x509_not_valid_now' });
  }
  const expired = issue(root, { ...caContent(null), notAfterMs: START_MS + 1000 });
  assert.throws(() => verifyChain(person(expired).certificate, trust, { candidates: [expired.certificate], atMs: NOW_MS }), {
    code: 'x509_not_valid_now',
  });
});

test('a person’s certificate issues nothing, and nor does a CA without keyCertSign', () => {
  const below = person(leaf);
  const candidates = [leaf.certificate, issuing.certificate];
  assert.throws(() => verifyChain(below.certificate, trust, { ...demand, candidates }), { code: 'x509_not_a_ca' });
  const crlOnly = issue(root, { ...caContent(null), extensions: [basicConstraints({ ca: true, pathLength: null }), keyUsage('crlSign')] });
  assert.throws(() => verifyChain(person(crlOnly).certificate, trust, { ...demand, candidates: [crlOnly.certificate] }), {
    code: 'x509_not_a_ca',
  });
});

test('the path length of the issuing CA is kept', () => {
  const below = issue(issuing, caContent(null));
  const candidates = [below.certificate, issuing.certificate];
  assert.throws(() => verifyChain(person(below).certificate, trust, { ...demand, candidates }), { code: 'x509_path_too_long' });
});

test('an unknown critical extension anywhere is refused', () => {
  const strange: Extension = { oid: '2.5.29.30', critical: true, value: nullValue() };
  const odd = issue(issuing, { ...leafContent(), extensions: [strange] });
  assert.throws(() => verifyChain(odd.certificate, trust, demand), { code: 'x509_critical_extension' });
  const oddCa = issue(root, { ...caContent(null), extensions: [...caContent(null).extensions, strange] });
  assert.throws(() => verifyChain(person(oddCa).certificate, trust, { ...demand, candidates: [oddCa.certificate] }), {
    code: 'x509_critical_extension',
  });
});

test('certificates that certify each other end in a refusal', () => {
  const a = issue(root, caContent(null));
  const b = issue(a, { ...caContent(null), subject: personName('B') });
  const aByB = issue(b, { ...caContent(null), key: a.key });
  const candidates = [aByB.certificate, b.certificate];
  assert.throws(() => verifyChain(person(b).certificate, { ...trust, anchors: [issuing.certificate] }, { ...demand, candidates }), {
    code: 'x509_no_path',
  });
});

function leafContent() {
  return { key: generateKey('p256'), subject: personName('Person'), extensions: signerExtensions() };
}

function caContent(pathLength: number | null) {
  return {
    key: generateKey('p256'),
    subject: personName('Another CA'),
    extensions: [basicConstraints({ ca: true, pathLength }), keyUsage('keyCertSign')],
  };
}

function person(issuer: Party): Party {
  return issue(issuer, leafContent());
}
