// SPDX-License-Identifier: Apache-2.0
// SignedData, written (RFC 5652 section 5): one signer, named by issuer and serial number.
import { element, explicit, integer, octetString, oid, raw, sequence, setOf } from '../asn1/index.ts';
import { encodeHashAlgorithm, encodeSignatureAlgorithm, type HashAlgorithm, type SignatureAlgorithm } from '../algorithms/index.ts';
import { compareBytes } from '../bytes/index.ts';
import type { Certificate } from '../x509/index.ts';
import { encodeAttribute } from './attribute.ts';
import { ATTRIBUTE, CONTENT_TYPE } from './object-identifiers.ts';
import { toEmbeddedAttributes } from './signed-attributes.ts';

export type SignedDataContent = {
  readonly contentType: string;
  /** Null where the signature is detached from what it covers. */
  readonly content: Uint8Array | null;
  /** DER certificates to carry: the signer's, and what leads to an anchor. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: {
    readonly certificate: Pick<Certificate, 'issuer' | 'serialNumber'>;
    readonly digestAlgorithm: HashAlgorithm;
    /** The DER SET that was signed. */
    readonly signedAttributes: Uint8Array;
    readonly signatureAlgorithm: SignatureAlgorithm;
    readonly signature: Uint8Array;
    /** An RFC 3161 token over `signature`, once there is one. */
    readonly timeStampToken?: Uint8Array;
  };
};

/** A ContentInfo holding SignedData. */
export function encodeSignedData({ contentType, content, certificates, signer }: SignedDataContent): Uint8Array<ArrayBuffer> {
  const digestAlgorithm = encodeHashAlgorithm(signer.digestAlgorithm);
  const signedData = sequence(
    // RFC 5652 section 5.1: 3 where the content is not plain data.
    integer(contentType === CONTENT_TYPE.data ? 1 : 3),
    setOf(digestAlgorithm),
    sequence(oid(contentType), ...(content === null ? [] : [explicit(0, octetString(content))])),
    ...(certificates.length === 0 ? [] : [element(0xa0, ...certificates.map(raw).sort(compareBytes))]),
    setOf(encodeSigner(signer, digestAlgorithm)),
  );
  return sequence(oid(CONTENT_TYPE.signedData), explicit(0, signedData));
}

function encodeSigner(signer: SignedDataContent['signer'], digestAlgorithm: Uint8Array): Uint8Array {
  const unsigned =
    signer.timeStampToken === undefined ? [] : [element(0xa1, encodeAttribute(ATTRIBUTE.signatureTimeStamp, raw(signer.timeStampToken)))];
  return sequence(
    integer(1),
    sequence(raw(signer.certificate.issuer.encoded), integer(signer.certificate.serialNumber)),
    digestAlgorithm,
    toEmbeddedAttributes(signer.signedAttributes),
    encodeSignatureAlgorithm(signer.signatureAlgorithm),
    octetString(signer.signature),
    ...unsigned,
  );
}
