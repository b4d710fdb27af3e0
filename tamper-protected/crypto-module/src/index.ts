// SPDX-License-Identifier: Apache-2.0
// For those who hold a crypto module in their own process: a SAM inside the module's boundary, and the CA and TSA with tokens of their own.
export type { DigestAlgorithm, Driver, KeyHandle, Soon } from './driver.ts';
export { CryptoModuleError, type CryptoModuleErrorCode } from './error.ts';
export type { CryptoModule } from './module.ts';
export { createCryptoModule, openCryptoModule, type OpenOptions, type StoreOptions } from './open.ts';
export { type OpenerOptions, openToken, type Token, type TokenOptions } from './token/token.ts';
