// SPDX-License-Identifier: Apache-2.0
// Answers of passkeys, proven. Keys of passkeys that were used lately stay imported.
import { concat, sameBytes, toHex, utf8 } from '@sigillo/standards/bytes';
import {
  type Assertion,
  checkClientData,
  coseKeyToSpki,
  parseAttestationObject,
  parseClientData,
  parseCoseKey,
  verifyAssertion,
  WebauthnError,
  type WebauthnErrorCode,
} from '@sigillo/standards/webauthn';
import { importVerificationKey, RecentMap, type VerificationKey, verifySignature, verifyWithKey } from '@sigillo/wire';
import { sha256 } from './hash.ts';
import { type RefusalCode, SamRefusal } from './refusals.ts';

const CACHE_MAX = 20_000;

export interface NewPasskey {
  readonly credentialId: Uint8Array;
  readonly coseKey: Uint8Array;
  readonly aaguid: Uint8Array;
  readonly backupEligible: boolean;
}

/** At which page, for which relying party, an answer must have been given. */
export interface Place {
  readonly origin: string;
  readonly rpId: string;
}

export class PasskeyVerifier {
  readonly rpIdHash: Uint8Array;
  readonly #cache = new RecentMap<string, VerificationKey>(CACHE_MAX);

  constructor(rpId: string) {
    this.rpIdHash = sha256(utf8(rpId));
  }

  /** The signature of an answer, by a key of a row; throws where it is wrong. */
  verifySignature(rowId: Uint8Array, coseKey: Uint8Array, assertion: Assertion): void {
    const key = this.#imported(`${toHex(rowId)} ${toHex(sha256(coseKey))}`, coseKey);
    verifyWithKey(key, concat(assertion.authenticatorData, sha256(assertion.clientDataJson)), assertion.signature);
  }

  #imported(name: string, coseKey: Uint8Array): VerificationKey {
    const known = this.#cache.get(name);
    if (known !== undefined) return known;
    const parsed = parseCoseKey(coseKey);
    const imported = importVerificationKey(parsed.algorithm, coseKeyToSpki(parsed));
    this.#cache.set(name, imported);
    return imported;
  }
}

/** A whole answer outside the hot path: of a new passkey, or of an officer. Throws WebauthnError. */
export function verifyAnswerAt(
  place: Place,
  assertion: Assertion,
  challenge: Uint8Array,
  credential: {
    readonly id: Uint8Array;
    readonly coseKey: Uint8Array;
    readonly backupEligible: boolean | null;
    readonly userHandle: Uint8Array | null;
  },
): void {
  verifyAssertion(
    assertion,
    { challenge, origins: [place.origin], rpIdHash: sha256(utf8(place.rpId)), credential },
    { sha256, verify: verifySignature },
  );
}

const CREATION: Readonly<Partial<Record<WebauthnErrorCode, RefusalCode>>> = {
  client_data_challenge: 'passkey_challenge',
  client_data_type: 'passkey_challenge',
  client_data_origin: 'passkey_origin',
  client_data_cross_origin: 'passkey_origin',
  client_data_top_origin: 'passkey_origin',
  cose_key_algorithm: 'passkey_algorithm',
  attestation_format: 'passkey_attestation',
};

/** A passkey that was made for this challenge on our page, with the person verified (WebAuthn Level 3 section 7.1, attestation "none"). */
export function verifyCreation(
  place: Place,
  created: { readonly attestationObject: Uint8Array; readonly clientDataJson: Uint8Array; readonly credentialId: Uint8Array },
  challenge: Uint8Array,
): NewPasskey {
  try {
    checkClientData(parseClientData(created.clientDataJson), { type: 'webauthn.create', challenge, origins: [place.origin] });
    const { attested, ...data } = parseAttestationObject(created.attestationObject);
    if (!sameBytes(data.rpIdHash, sha256(utf8(place.rpId)))) throw new SamRefusal('passkey_origin');
    if (!data.userPresent || !data.userVerified || (data.backedUp && !data.backupEligible)) throw new SamRefusal('passkey_flags');
    if (!sameBytes(attested.credentialId, created.credentialId)) throw new SamRefusal('passkey_malformed');
    return {
      credentialId: attested.credentialId,
      coseKey: attested.coseKey.encoded,
      aaguid: attested.aaguid,
      backupEligible: data.backupEligible,
    };
  } catch (cause) {
    if (cause instanceof WebauthnError) throw new SamRefusal(CREATION[cause.code] ?? 'passkey_malformed', { cause });
    throw cause;
  }
}
