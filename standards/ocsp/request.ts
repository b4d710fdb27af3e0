// SPDX-License-Identifier: Apache-2.0
// OCSPRequest (RFC 6960 section 4.1). Signed requests are refused: this responder answers anyone, so a signature would be checked
// for nothing.
import { type Asn1Reader, explicit, readDer, sequence } from '../asn1/index.ts';
import { encodeExtensions, readExtensionList } from '../x509/index.ts';
import { type CertificateId, readCertificateId } from './certificate-id.ts';
import { OcspError } from './error.ts';
import { nonceExtension, readNonce } from './nonce.ts';

/** `encoded` goes into the response unchanged. */
export type RequestedId = { readonly encoded: Uint8Array; readonly id: CertificateId | null };

export type OcspRequest = {
  /** In the order of the request; `id` is null where its hash algorithm is one that we do not have. */
  readonly ids: readonly RequestedId[];
  readonly nonce: Uint8Array | null;
};

export function encodeOcspRequest(content: {
  readonly certificateIds: readonly Uint8Array[];
  readonly nonce: Uint8Array | null;
}): Uint8Array<ArrayBuffer> {
  const requests = sequence(...content.certificateIds.map((id) => sequence(id)));
  if (content.nonce === null) return sequence(sequence(requests));
  return sequence(sequence(requests, explicit(2, encodeExtensions([nonceExtension(content.nonce)]))));
}

export function parseOcspRequest(bytes: Uint8Array, limits: { readonly certificatesMax: number } = { certificatesMax: 20 }): OcspRequest {
  const outer = readDer(bytes, { sizeBytesMax: 16_384, depthMax: 12, elementsMax: 1000 }).sequence();
  const tbs = outer.sequence();
  if (outer.left > 0) throw new OcspError('ocsp_signed_request');
  // DER leaves the default version out; another version would stand here.
  if (tbs.optionalExplicit(0) !== undefined) throw new OcspError('ocsp_version');
  // requestorName says who signed; it means nothing without a signature.
  tbs.optionalExplicit(1);
  const list = tbs.sequence();
  if (list.left === 0 || list.left > limits.certificatesMax) throw new OcspError('ocsp_too_many_certificates');
  const ids = list.all(readSingleRequest);
  const extensions = tbs.optionalExplicit(2);
  const nonce = extensions === undefined ? null : readNonce(readExtensionList(extensions.sequence()));
  tbs.end();
  return { ids, nonce };
}

function readSingleRequest(list: Asn1Reader): RequestedId {
  const request = list.sequence();
  const { encoded } = request.peek();
  const id = readCertificateId(request);
  refuseCritical(request.optionalExplicit(0));
  request.end();
  return { encoded, id };
}

function refuseCritical(tagged: Asn1Reader | undefined): void {
  if (tagged !== undefined && readExtensionList(tagged.sequence()).some(({ critical }) => critical))
    throw new OcspError('ocsp_critical_extension');
}
