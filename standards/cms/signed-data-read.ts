// SPDX-License-Identifier: Apache-2.0
// SignedData, read. What the house wrote is DER throughout. What others wrote may be BER around the parts; the signed attributes are
// read as DER in any case, because the signature is over their DER.
import { type Asn1Reader, readBer, readDer, retag, TAG } from '../asn1/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { CmsError } from './error.ts';
import { ATTRIBUTE, CONTENT_TYPE } from './object-identifiers.ts';

export type SignerIdentifier =
  | { readonly by: 'issuer-and-serial'; readonly issuer: Uint8Array; readonly serialNumber: Uint8Array }
  | { readonly by: 'key-identifier'; readonly keyIdentifier: Uint8Array };

export type SignerInfo = {
  readonly identifier: SignerIdentifier;
  readonly digestAlgorithm: AlgorithmIdentifier;
  /** Under the tag SET, as they were signed; null where there are none. */
  readonly signedAttributes: Uint8Array | null;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Type and encoded values. Nothing vouches for these. */
  readonly unsignedAttributes: readonly { readonly type: string; readonly values: readonly Uint8Array[] }[];
};

export type SignedData = {
  readonly encoded: Uint8Array;
  readonly contentType: string;
  readonly content: Uint8Array | null;
  /** The X.509 certificates among those embedded, in their order. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
};

/** `encoding` is how strict the frame is read: `der` for our own, `ber` for what others wrote. */
export function parseSignedData(bytes: Uint8Array, encoding: 'der' | 'ber' = 'der'): SignedData {
  const limits = { sizeBytesMax: 1 << 20, depthMax: 40, elementsMax: 20_000 };
  const outer = encoding === 'der' ? readDer(bytes, limits) : readBer(bytes, limits);
  const info = outer.sequence();
  if (info.oid() !== CONTENT_TYPE.signedData) throw new CmsError('cms_content_type');
  const tagged = info.explicit(0);
  info.end();
  const fields = tagged.sequence();
  tagged.end();
  return { encoded: bytes, ...readFields(fields) };
}

/** The only signer; none or several are refused. */
export function onlySigner(signedData: SignedData): SignerInfo {
  const [signer, ...others] = signedData.signers;
  if (signer === undefined || others.length > 0) throw new CmsError('cms_no_signer');
  return signer;
}

/** The time-stamp tokens over this signer's signature value. */
export function signatureTimeStampTokens(signer: SignerInfo): Uint8Array[] {
  return signer.unsignedAttributes.flatMap(({ type, values }) => (type === ATTRIBUTE.signatureTimeStamp ? values : []));
}

function readFields(fields: Asn1Reader): Omit<SignedData, 'encoded'> {
  if (![1, 3, 4, 5].includes(fields.integer(5))) throw new CmsError('cms_version');
  fields.set();
  const encapsulated = fields.sequence();
  const contentType = encapsulated.oid();
  const content = encapsulated.optionalExplicit(0)?.octetString() ?? null;
  encapsulated.end();
  const certificates = readCertificates(fields.optionalImplicit(0, TAG.set)?.set());
  // RevocationInfoChoices: not relied upon.
  if (fields.tag === 0xa1) fields.any();
  const signers = fields.set().all((reader) => readSigner(reader.sequence()));
  fields.end();
  return { contentType, content, certificates, signers };
}

function readCertificates(set: Asn1Reader | undefined): Uint8Array[] {
  // The other choices of CertificateSet are attribute certificates and formats of long ago.
  return (set?.all((reader) => reader.any()) ?? []).filter(({ tag }) => tag === TAG.sequence).map(({ encoded }) => encoded);
}

function readSigner(fields: Asn1Reader): SignerInfo {
  const version = fields.integer(3);
  const identifier = readIdentifier(fields);
  if (version !== (identifier.by === 'issuer-and-serial' ? 1 : 3)) throw new CmsError('cms_version');
  const digestAlgorithm = readAlgorithmIdentifier(fields);
  const signedAttributes = fields.tag === 0xa0 ? retag(fields.any().encoded, TAG.set) : null;
  if (signedAttributes !== null) readDer(signedAttributes, { sizeBytesMax: 65_536 }).set();
  const signatureAlgorithm = readAlgorithmIdentifier(fields);
  const signature = fields.octetString();
  const unsignedAttributes = readUnsigned(fields.optionalImplicit(1, TAG.set)?.set());
  fields.end();
  return { identifier, digestAlgorithm, signedAttributes, signatureAlgorithm, signature, unsignedAttributes };
}

function readIdentifier(fields: Asn1Reader): SignerIdentifier {
  if (fields.tag !== TAG.sequence) return { by: 'key-identifier', keyIdentifier: fields.implicit(0, TAG.octetString).octetString() };
  const pair = fields.sequence();
  const issuer = pair.take(TAG.sequence).encoded;
  const serialNumber = pair.integerBytes();
  pair.end();
  return { by: 'issuer-and-serial', issuer, serialNumber };
}

function readUnsigned(set: Asn1Reader | undefined): SignerInfo['unsignedAttributes'] {
  return set?.all(readUnsignedAttribute) ?? [];
}

function readUnsignedAttribute(set: Asn1Reader): SignerInfo['unsignedAttributes'][number] {
  const attribute = set.sequence();
  const type = attribute.oid();
  const values = attribute.set().all((reader) => reader.any().encoded);
  attribute.end();
  return { type, values };
}
