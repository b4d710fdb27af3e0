// SPDX-License-Identifier: Apache-2.0
// The IdP's own key: it signs tickets and the tokens of the signer's page. The genesis makes it, once.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePublicJwk, thumbprint, type EcPublicJwk } from '@sigillo/standards/oauth';
import { secretFile, sha256 } from '@sigillo/wire';

export const SIGNING_KEY_FILE = 'signing-key.pem';
export const COOKIE_KEYS_FILE = 'cookie-keys.json';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface PublishedJwk extends EcPublicJwk {
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export function readSigningKey(stateFolder: string): SigningKey {
  const pem = Buffer.from(secretFile(join(stateFolder, SIGNING_KEY_FILE), SIGNING_KEY_FILE));
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return { kid: publishedJwk(publicKey).kid, privateKey, publicKey };
}

/** The public key as others are told of it. */
export function publishedJwk(publicKey: KeyObject): PublishedJwk {
  const jwk = parsePublicJwk(publicKey.export({ format: 'jwk' }));
  return { ...jwk, kid: thumbprint(jwk, sha256), alg: 'ES256', use: 'sig' };
}

export function readCookieKeys(stateFolder: string): readonly string[] {
  secretFile(join(stateFolder, COOKIE_KEYS_FILE), COOKIE_KEYS_FILE);
  const keys: unknown = JSON.parse(readFileSync(join(stateFolder, COOKIE_KEYS_FILE), 'utf8'));
  const whole = Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string' && key.length >= 43);
  if (!whole) throw new Error(`${COOKIE_KEYS_FILE} holds no keys`);
  return keys as readonly string[];
}
