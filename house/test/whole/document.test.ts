// SPDX-License-Identifier: Apache-2.0
// A document through the SCA, with the signer's page played: brought, prepared, read, approved, signed, fetched, deleted.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { CONTENT_TYPE, parseSignedAttributes, signatureTimeStampTokens } from '@sigillo/standards/cms';
import { concat, fromBase64, sameBytes } from '@sigillo/standards/bytes';
import { coveredPieces, findEmbeddedContents, findPreparedSignature } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { signerOf } from '../played/cms.ts';
import { newSigner, theInstance, type Instance } from '../played/instance.ts';
import { smallPdf } from '../played/pdf.ts';
import type { PlayedSigner, SeenDocument } from '../played/signer.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

test('a document is signed as it was read: what was brought is its beginning, what was approved is what the signature covers', async () => {
  const instance = await theInstance();
  const signer = await newSigner(instance);
  const original = smallPdf('Payable: EUR 980');
  const handle = await upload(instance, signer, original, '請求書.pdf');
  const request = await signer.open(await ask(instance, signer, handle));
  assert.deepEqual(request.details.labels, ['請求書.pdf']);
  const seen = await lookAt(request.details.documentLocations![0]!, fromBase64(request.details.hashes[0]!));
  const callback = await signer.approve(request, [seen]);
  const arrived = await fetch(callback, { redirect: 'manual' });
  assert.deepEqual([arrived.status, arrived.headers.get('location')], [303, `${instance.addresses.signOrigin}/done#handle=${handle}`]);

  const documentUrl = `${instance.addresses.scaUrl}/documents/${handle}`;
  assert.equal((await signer.session.call('GET', documentUrl))['state'], 'signed');
  const signed = new Uint8Array(await (await signer.session.send('GET', `${documentUrl}/signed`)).arrayBuffer());
  assert.ok(sameBytes(signed.subarray(0, original.length), original));
  const { covered } = findEmbeddedContents(sourceOf(signed));
  assert.ok(sameBytes(sha256(concat(...coveredPieces(sourceOf(signed), covered))), seen.digest));
  const signerInfo = signerOf(signed);
  assert.ok(sameBytes(sha256(signerInfo.signedAttributes!), fromBase64(request.details.hashes[0]!)));
  assert.equal(signatureTimeStampTokens(signerInfo).length, 1);

  const released = (await signer.history()).entries.find(({ event }) => event === 'released');
  assert.deepEqual(released?.names, ['請求書.pdf']);
  await signer.session.call('DELETE', documentUrl);
  assert.equal((await signer.session.send('GET', documentUrl)).status, 404);
  const gone = await fetch(request.details.documentLocations![0]!.content);
  assert.equal(gone.status, 404);
});

test('a document that the signer declines is not signed, and says why', async () => {
  const instance = await theInstance();
  const signer = await newSigner(instance);
  const handle = await upload(instance, signer, smallPdf('No'), 'no.pdf');
  const callback = await signer.decline(await signer.open(await ask(instance, signer, handle)), 'not mine');
  assert.equal((await fetch(callback, { redirect: 'manual' })).status, 303);
  const status = await signer.session.call('GET', `${instance.addresses.scaUrl}/documents/${handle}`);
  assert.deepEqual([status['state'], status['reason']], ['declined', 'not mine']);
  assert.equal((await signer.session.send('GET', `${instance.addresses.scaUrl}/documents/${handle}/signed`)).status, 409);
});

test('nobody else finds, has signed or deletes a document', async () => {
  const instance = await theInstance();
  const [owner, stranger] = await Promise.all([newSigner(instance), newSigner(instance)]);
  const url = `${instance.addresses.scaUrl}/documents/${await upload(instance, owner, smallPdf('Mine'), 'mine.pdf')}`;
  for (const method of ['GET', 'DELETE']) assert.equal((await stranger.session.send(method, url)).status, 404, method);
  await assert.rejects(stranger.session.call('POST', `${url}/sign`, { credentialID: await stranger.credentialId() }), { status: 404 });
  assert.equal((await owner.session.call('GET', url))['state'], 'uploaded');
});

async function upload({ addresses }: Instance, signer: PlayedSigner, file: Uint8Array<ArrayBuffer>, name: string): Promise<string> {
  const headers = { 'content-type': 'application/pdf', 'x-document-name': encodeURIComponent(name) };
  const answer = await signer.session.send('POST', `${addresses.scaUrl}/documents`, { headers, body: file });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { handle: string }).handle;
}

async function ask({ addresses }: Instance, signer: PlayedSigner, handle: string): Promise<string> {
  const { authorizeUrl } = await signer.session.call('POST', `${addresses.scaUrl}/documents/${handle}/sign`, { credentialID: await signer.credentialId() });
  return String(authorizeUrl);
}

/** As the page looks at it (`flow.md` 5 row 7): the file belongs to the attributes, and these to the hash that will be signed. */
async function lookAt(location: { readonly content: string; readonly attributes: string }, dtbsr: Uint8Array): Promise<SeenDocument & { readonly digest: Uint8Array }> {
  const [content, attributes] = await Promise.all([location.content, location.attributes].map(async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())));
  const source = sourceOf(content!);
  const digest = sha256(concat(...coveredPieces(source, findPreparedSignature(source).covered)));
  const parsed = parseSignedAttributes(attributes!);
  assert.equal(parsed.contentType, CONTENT_TYPE.data);
  assert.ok(sameBytes(parsed.messageDigest, digest));
  assert.ok(sameBytes(sha256(attributes!), dtbsr));
  return { digest, sizeBytes: content!.length };
}
