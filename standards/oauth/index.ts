// SPDX-License-Identifier: Apache-2.0
// What a resource of ours checks about OAuth tokens and proofs. Signatures are verified by a function that is passed in; time and memory
// are arguments.
export { type AccessToken, type AccessTokenDemand, readAccessToken, requireScheme, requireScope } from './access-token.ts';
export { challengeHeader, parseAuthorization, type PresentedToken, TOKEN_CHARACTERS_MAX, type TokenScheme } from './authorization-header.ts';
export { type CompactJws, type JsonObject, parseCompactJws } from './compact-jws.ts';
export {
  DPOP_AGE_SECONDS_MAX,
  DPOP_SKEW_SECONDS,
  type DpopPossession,
  type DpopPowers,
  type DpopRequest,
  type DpopTimes,
  type VerifyEs256,
  verifyDpopProof,
} from './dpop-proof.ts';
export { OAuthError, type OAuthErrorCode } from './error.ts';
export { type EcPublicJwk, parsePublicJwk, thumbprint, thumbprintPreimage } from './jwk.ts';
export { type ReplayMemory, replayMemory } from './replay-memory.ts';
