// SPDX-License-Identifier: Apache-2.0
// A document through the SCA, time-stamped: this is what meets the SCA and the TSA.
import { createHash } from 'node:crypto';
import { concat } from '@sigillo/standards/bytes';
import { coveredPieces, findPreparedSignature } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { smallPdf } from '../../played/pdf.ts';
import type { SeenDocument } from '../../played/signer.ts';
import { inSession, type Player } from './player.ts';
import { Refused } from '../../played/session.ts';

export async function document({ instance, signer, keyId }: Player): Promise<void> {
  const { scaUrl } = instance.addresses;
  const headers = { 'content-type': 'application/pdf', 'x-document-name': 'chaos.pdf' };
  const brought = await inSession(signer, async () => {
    const answer = await signer.session.send('POST', `${scaUrl}/documents`, { headers, body: smallPdf('Payable: EUR 980') });
    if (answer.status !== 201) throw new Refused('upload', { status: answer.status, body: {} });
    return (await answer.json()) as { readonly handle: string };
  });
  const url = `${scaUrl}/documents/${brought.handle}`;
  try {
    const { authorizeUrl } = await signer.session.call('POST', `${url}/sign`, { credentialID: keyId });
    const request = await signer.open(String(authorizeUrl));
    const seen = await lookAt(request.details.documentLocations![0]!.content);
    const arrived = await signer.approve(request, [seen]);
    if (arrived.origin !== new URL(scaUrl).origin) throw new Error(`the browser stands at ${arrived.pathname}${arrived.hash}`);
    await fetch(arrived, { redirect: 'manual' });
    const { state } = await signer.session.call('GET', url);
    if (state !== 'signed') throw new Error(`the document is ${String(state)}`);
  } finally {
    await signer.session.send('DELETE', url).catch(() => undefined);
  }
}

async function lookAt(location: string): Promise<SeenDocument> {
  const answer = await fetch(location);
  if (!answer.ok) throw new Refused('prepared file', { status: answer.status, body: {} });
  const content = new Uint8Array(await answer.arrayBuffer());
  const source = sourceOf(content);
  const digest = new Uint8Array(createHash('sha256').update(concat(...coveredPieces(source, findPreparedSignature(source).covered))).digest());
  return { digest, sizeBytes: content.length };
}
