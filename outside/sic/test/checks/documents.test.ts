// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, utf8 } from '@sigillo/standards/bytes';
import { CONTENT_TYPE, encodeSignedAttributes } from '@sigillo/standards/cms';
import { parseCertificate } from '@sigillo/standards/x509';
import { checkPrepared, requireCertificate } from '../../src/checks/prepared.ts';
import { type ApprovedNote, checkSignedFile } from '../../src/checks/signed.ts';
import { attributesOf, embed, plainPdf, prepare } from '../played/pdf.ts';
import { hash, makeKey } from '../played/key.ts';
import { makeScene, refusedWith, type Scene } from '../played/scene.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const check = (scene: Scene, content: Uint8Array = scene.prepared.content, attributes: Uint8Array = scene.prepared.attributes) =>
  checkPrepared(content, attributes, { dtbsr: scene.prepared.dtbsr, hashAlgorithm: SHA256 });

/** Replaces the first place where this text stands. */
function edited(content: Uint8Array, from: string, to: string): Uint8Array {
  const at = Buffer.from(content).indexOf(from);
  assert.ok(at > 0, from);
  return concat(content.subarray(0, at), utf8(to), content.subarray(at + from.length));
}

test('a prepared document holds together, and belongs to the certificate', async () => {
  const scene = makeScene();
  const document = await check(scene);
  assert.deepEqual(document.dtbsr, scene.prepared.dtbsr);
  await requireCertificate(document, scene.signer.certificate);
});

test('a replaced page is refused', async () => {
  const scene = makeScene();
  await refusedWith('document_message_digest', check(scene, edited(scene.prepared.content, 'Rent: 120000 yen', 'Rent: 920000 yen')));
});

test('a document that was prepared in full for other content than was hashed is refused', async () => {
  const scene = makeScene();
  const other = prepare(plainPdf([['Rent: 920000 yen']]), scene.signer.certificate);
  await refusedWith('document_message_digest', check(scene, other.content));
  await refusedWith('document_dtbsr', check(scene, other.content, other.attributes));
});

test('bytes behind the signature, a range that leaves out more, a room that is not empty: refused', async () => {
  const scene = makeScene();
  const { content, byteRange } = scene.prepared;
  await refusedWith('document_byte_range', check(scene, concat(content, content.subarray(content.length - 40))));
  const range = `${byteRange[1]} ${byteRange[2]}`;
  await refusedWith('document_byte_range', check(scene, edited(content, range, `${byteRange[1] - 2} ${byteRange[2]}`)));
  const filled = content.slice();
  filled[byteRange[1] + 1] = 0x41;
  await refusedWith('document_not_prepared', check(scene, filled));
});

test('a file that nobody prepared is refused', async () => {
  const scene = makeScene();
  await refusedWith('document_not_prepared', check(scene, plainPdf([['hello']])));
  await refusedWith('document_not_prepared', check(scene, utf8('not a PDF')));
});

test('attributes that are not the three, or not those that are signed, are refused', async () => {
  const scene = makeScene();
  const { content, attributes, byteRange } = scene.prepared;
  await refusedWith('document_attributes', check(scene, content, attributes.subarray(0, -1)));
  await refusedWith('document_attributes', check(scene, content, concat(attributes, new Uint8Array(1))));
  const forOther = attributesOf(content, byteRange, makeScene().signer.certificate);
  await refusedWith('document_dtbsr', check(scene, content, forOther));
  const timeStamp = encodeSignedAttributes({
    contentType: CONTENT_TYPE.timeStampInfo,
    messageDigest: hash(content),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: hash(content) },
  });
  await refusedWith('document_attributes', check(scene, content, timeStamp));
});

test('a hash that browsers do not have is refused', async () => {
  const scene = makeScene();
  await refusedWith('document_hash_algorithm', checkPrepared(
    scene.prepared.content,
    scene.prepared.attributes,
    { dtbsr: scene.prepared.dtbsr, hashAlgorithm: '2.16.840.1.101.3.4.2.8' },
  ));
});

test('a document prepared for another certificate is refused', async () => {
  const scene = makeScene();
  await refusedWith('document_signing_certificate', requireCertificate(await check(scene), makeScene().signer.certificate));
});

test('each part of the reference to the certificate counts: its hash, its issuer, its number', async () => {
  const scene = makeScene();
  const { content } = scene.prepared;
  const { certificate } = scene.signer;
  const { messageDigest } = (await check(scene)).attributes;
  const { issuer, serialNumber } = parseCertificate(certificate);
  const own = { issuer: issuer.encoded, serialNumber };
  const variants = [
    { hashAlgorithm: 'sha256', certHash: hash(content), issuerSerial: own },
    { hashAlgorithm: 'sha256', certHash: hash(certificate), issuerSerial: { ...own, serialNumber: new Uint8Array([9]) } },
    {
      hashAlgorithm: 'sha256',
      certHash: hash(certificate),
      issuerSerial: { ...own, issuer: issuer.encoded.map((byte, at) => (at === issuer.encoded.length - 1 ? byte ^ 1 : byte)) },
    },
    { hashAlgorithm: 'sha3-256', certHash: hash(certificate), issuerSerial: own },
  ] as const;
  for (const signingCertificateV2 of variants) {
    const changed = encodeSignedAttributes({ contentType: CONTENT_TYPE.data, messageDigest, signingCertificateV2 });
    const document = await checkPrepared(content, changed, { dtbsr: hash(changed), hashAlgorithm: SHA256 });
    await refusedWith('document_signing_certificate', requireCertificate(document, certificate));
  }
});

async function noteOf(scene: Scene): Promise<ApprovedNote> {
  const { dtbsr, digest, byteRange, sizeBytes } = await check(scene);
  return { dtbsr, digest, byteRange, sizeBytes, certificate: scene.signer.certificate };
}

test('a signed file that is what was approved is offered', async () => {
  const scene = makeScene();
  const file = embed(scene.prepared, scene.signer.certificate, scene.signer.key);
  const checked = await checkSignedFile(file, [await noteOf(scene)]);
  assert.equal(checked.hasTimeStamp, false);
});

test('a signed file with another byte anywhere outside of the signature is refused', async () => {
  const scene = makeScene();
  const note = await noteOf(scene);
  const file = embed(scene.prepared, scene.signer.certificate, scene.signer.key);
  for (const at of [20, 400, scene.prepared.byteRange[2] + 5, file.length - 3]) {
    const changed = file.slice();
    changed[at]! ^= 1;
    await refusedWith('document_changed', checkSignedFile(changed, [note]));
  }
  await refusedWith('document_changed', checkSignedFile(concat(file, utf8('\n')), [note]));
  await refusedWith('document_changed', checkSignedFile(file.subarray(0, -10), [note]));
});

test('a file of another length or with its signature at another place than approved is refused', async () => {
  const scene = makeScene();
  const note = await noteOf(scene);
  const file = embed(scene.prepared, scene.signer.certificate, scene.signer.key);
  await refusedWith('document_changed', checkSignedFile(file, [{ ...note, sizeBytes: note.sizeBytes + 1 }]));
  await refusedWith(
    'document_changed',
    checkSignedFile(file, [{ ...note, byteRange: [0, note.byteRange[1] + 2, note.byteRange[2], note.byteRange[3]] }]),
  );
  await refusedWith('document_changed', checkSignedFile(file, [{ ...note, digest: new Uint8Array(32) }]));
});

test('a signature by another key, a signature that is damaged, a file that was never approved: refused', async () => {
  const scene = makeScene();
  const note = await noteOf(scene);
  await refusedWith('document_signature', checkSignedFile(embed(scene.prepared, scene.signer.certificate, makeKey()), [note]));
  await refusedWith('document_signature', checkSignedFile(scene.prepared.content, [note]));
  const file = embed(scene.prepared, scene.signer.certificate, scene.signer.key);
  await refusedWith('document_not_approved_here', checkSignedFile(file, []));
  const behind = file.slice();
  behind[scene.prepared.byteRange[2] - 2] = 0x31;
  await refusedWith('document_signature', checkSignedFile(behind, [note]));
});
