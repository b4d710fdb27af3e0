// SPDX-License-Identifier: Apache-2.0
// What a signer's signature must hold together: content, attributes, certificate, signature. The claim functions check all that
// needs no key and return what remains to be verified, so that a browser can do it with its own asynchronous cryptography.
import { cmsSignatureAlgorithmOf, hashAlgorithmOf, HASHES, type HashAlgorithm } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import type { Certificate, SignatureClaim, VerifySignature } from '../x509/index.ts';
import { CmsError } from './error.ts';
import {
  type ForeignSignedAttributes,
  parseForeignSignedAttributes,
  parseSignedAttributes,
  type SignedAttributes,
} from './signed-attributes.ts';
import type { SignerIdentifier, SignerInfo } from './signed-data-read.ts';

export type SignerDemand = {
  readonly contentType: string;
  /** The digest of the content, made with the signer's digest algorithm by whoever has the content. */
  readonly contentDigest: Uint8Array;
  readonly certificate: Certificate;
  /** The digest of the certificate's DER. */
  readonly certificateDigest: (hash: HashAlgorithm | 'sha1') => Uint8Array;
};

export type SignerProof = { readonly attributes: SignedAttributes; readonly digestAlgorithm: HashAlgorithm };

/** For signatures of the house: exactly the three signed attributes. Verify what is returned, and all is proven. */
export function signerClaim(signer: SignerInfo, demand: SignerDemand): { readonly claim: SignatureClaim; readonly proof: SignerProof } {
  const attributes = parseSignedAttributes(signedAttributesOf(signer));
  const claim = claimOf(signer, { ...attributes, signingCertificate: attributes.signingCertificateV2 }, demand);
  return { claim, proof: { attributes, digestAlgorithm: hashAlgorithmOf(signer.digestAlgorithm) } };
}

/** For signatures of others: further signed attributes are allowed. */
export function foreignSignerClaim(signer: SignerInfo, demand: SignerDemand): SignatureClaim {
  return claimOf(signer, parseForeignSignedAttributes(signedAttributesOf(signer)), demand);
}

/** The whole check where the verifier is synchronous; returns what it proved. */
export function verifySigner(signer: SignerInfo, verify: VerifySignature, demand: SignerDemand): SignerProof {
  const { claim, proof } = signerClaim(signer, demand);
  verifySignerClaim(claim, verify);
  return proof;
}

export function verifySignerClaim(claim: SignatureClaim, verify: VerifySignature): void {
  try {
    verify(claim.algorithm, claim.spki, claim.message, claim.signature);
  } catch (cause) {
    throw new CmsError('cms_signature', cause);
  }
}

/** Whether the identifier names this certificate. */
export function namesCertificate(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.by === 'issuer-and-serial') {
    return sameBytes(identifier.issuer, certificate.issuer.encoded) && sameBytes(identifier.serialNumber, certificate.serialNumber);
  }
  const keyIdentifier = certificate.extensions.subjectKeyIdentifier;
  return keyIdentifier !== null && sameBytes(identifier.keyIdentifier, keyIdentifier);
}

function claimOf(signer: SignerInfo, attributes: ForeignSignedAttributes, demand: SignerDemand): SignatureClaim {
  const digestAlgorithm = hashAlgorithmOf(signer.digestAlgorithm);
  if (demand.contentDigest.length !== HASHES[digestAlgorithm].lengthBytes) throw new CmsError('cms_digest_length');
  if (attributes.contentType !== demand.contentType) throw new CmsError('cms_content_type');
  if (!sameBytes(attributes.messageDigest, demand.contentDigest)) throw new CmsError('cms_message_digest');
  if (!namesCertificate(signer.identifier, demand.certificate)) throw new CmsError('cms_signer_identifier');
  const { hashAlgorithm, certHash } = attributes.signingCertificate;
  if (!sameBytes(certHash, demand.certificateDigest(hashAlgorithm))) throw new CmsError('cms_signing_certificate');
  return {
    algorithm: cmsSignatureAlgorithmOf(signer.signatureAlgorithm, signer.digestAlgorithm),
    spki: demand.certificate.spki,
    message: signedAttributesOf(signer),
    signature: signer.signature,
  };
}

function signedAttributesOf(signer: SignerInfo): Uint8Array {
  if (signer.signedAttributes === null) throw new CmsError('cms_attribute_missing');
  return signer.signedAttributes;
}
