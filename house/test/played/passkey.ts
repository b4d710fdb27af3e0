// SPDX-License-Identifier: Apache-2.0
// A passkey in software with the browser around it: what `navigator.credentials` would answer on the signer's page.
import { answer, newAuthenticator, sha256, type StoredAuthenticator } from '../../src/demo-officers/authenticator.ts';
import { concat, fromBase64url, toBase64url, utf8 } from '@sigillo/standards/bytes';

export interface PasskeyAnswer {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJson: string;
  readonly signature: string;
  readonly userHandle: string | null;
}

export interface NewPasskey {
  readonly credentialId: string;
  readonly attestationObject: string;
  readonly clientDataJson: string;
}

/** User present and verified, attested credential data included. */
const CREATED = 0x45;

export class Passkey {
  /** How often it has signed. */
  assertions = 0;
  readonly #origin: string;
  readonly #rpId: string;
  #stored: StoredAuthenticator | undefined;

  constructor(origin: string) {
    this.#origin = origin;
    this.#rpId = new URL(origin).hostname;
  }

  create(challenge: Uint8Array): NewPasskey {
    const { stored, coseKey } = newAuthenticator();
    this.#stored = stored;
    const id = fromBase64url(stored.credentialId);
    const authenticatorData = concat(sha256(utf8(this.#rpId)), Uint8Array.of(CREATED), new Uint8Array(4 + 16), Uint8Array.of(0, id.length), id, coseKey);
    const clientData = { type: 'webauthn.create', challenge: toBase64url(challenge), origin: this.#origin, crossOrigin: false };
    return { credentialId: stored.credentialId, attestationObject: toBase64url(attestation(authenticatorData)), clientDataJson: toBase64url(utf8(JSON.stringify(clientData))) };
  }

  /** What is kept of it. */
  get stored(): StoredAuthenticator {
    if (this.#stored === undefined) throw new Error('no passkey was made');
    return this.#stored;
  }

  get(challenge: Uint8Array): PasskeyAnswer {
    this.assertions += 1;
    const made = answer(this.stored, this.#rpId, this.#origin, challenge);
    return {
      credentialId: toBase64url(made.credentialId),
      authenticatorData: toBase64url(made.authenticatorData),
      clientDataJson: toBase64url(made.clientDataJson),
      signature: toBase64url(made.signature),
      userHandle: null,
    };
  }
}

/** {"fmt": "none", "attStmt": {}, "authData": bytes} (WebAuthn Level 3 section 8.7). */
function attestation(authenticatorData: Uint8Array): Uint8Array {
  const text = (value: string): Uint8Array => concat(Uint8Array.of(0x60 + value.length), utf8(value));
  return concat(Uint8Array.of(0xa3), text('fmt'), text('none'), text('attStmt'), Uint8Array.of(0xa0), text('authData'), Uint8Array.of(0x58, authenticatorData.length), authenticatorData);
}
