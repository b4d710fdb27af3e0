// SPDX-License-Identifier: Apache-2.0
// Access tokens of the IdP. Tokens of pages are signed (ES256, by the pinned keys); tokens for the CSC door and for officers are MACed
// under the key that the IdP shares with this room alone: the SAM relies on neither. A token once verified is remembered by its hash until
// it expires or is revoked.
import { hash } from 'node:crypto';
import { type AccessToken, OAuthError, readAccessToken } from '@sigillo/standards/oauth';
import { RecentMap } from '@sigillo/wire';
import type { PublicKeySet } from '../public-files.ts';
import { macedUnder, signedBy, type Verify } from './checks/token-authentic.ts';
import type { RevokedTokens } from './revoked-tokens.ts';

/** Which of the doors a token is for. */
export type TokenUse = 'signer' | 'csc' | 'officer';

const REMEMBERED_MAX = 20_000;

export interface AccessTokensOptions {
  readonly issuer: string;
  readonly audiences: Readonly<Record<TokenUse, string>>;
  readonly idpKeys: PublicKeySet;
  readonly sharedKey: Uint8Array;
  readonly revoked: RevokedTokens;
  readonly nowSeconds: () => number;
  readonly rememberedMax?: number;
}

export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #verify: Readonly<Record<TokenUse, Verify>>;
  readonly #remembered: RecentMap<string, AccessToken>;

  constructor(options: AccessTokensOptions) {
    if (options.sharedKey.length !== 32) throw new Error('the key shared with the IdP must have 32 bytes');
    const [signed, maced] = [signedBy(options.idpKeys), macedUnder(options.sharedKey)];
    this.#options = options;
    this.#remembered = new RecentMap(options.rememberedMax ?? REMEMBERED_MAX);
    this.#verify = { signer: signed, csc: maced, officer: maced };
  }

  /** The token, proven to be the IdP's, for this use, in force now and not revoked. */
  async verify(token: string, use: TokenUse): Promise<AccessToken> {
    if (this.#options.revoked.fault() !== undefined) throw new RevocationsUnknown();
    const key = `${use} ${hash('sha256', token, 'base64')}`;
    const known = this.#remembered.get(key);
    const verified = known ?? (await this.#read(token, use));
    if (this.#options.revoked.has(verified.tokenId)) return this.#refuse(key, 'token_revoked');
    if (verified.expires <= this.#options.nowSeconds()) return this.#refuse(key, 'token_expired');
    if (known === undefined) this.#remembered.set(key, verified);
    return verified;
  }

  async #read(token: string, use: TokenUse): Promise<AccessToken> {
    const { header, claims } = await this.#verify[use](token);
    const demand = { issuer: this.#options.issuer, audience: this.#options.audiences[use], nowSeconds: this.#options.nowSeconds() };
    return readAccessToken(header, claims, demand);
  }

  #refuse(key: string, code: 'token_revoked' | 'token_expired'): never {
    this.#remembered.delete(key);
    throw new OAuthError(code);
  }
}

/** Nobody can say at present which tokens were revoked. */
export class RevocationsUnknown extends Error {
  override readonly name = 'RevocationsUnknown';
}
