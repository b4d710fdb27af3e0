// SPDX-License-Identifier: Apache-2.0
// What every process of ours has in common: the framed links between processes, the log, the configuration file, and the line by which
// the house holds it.
export { ConfigError, flag, folder, integer, list, object, optional, readConfig, record, secretFile, string, type Configuration, type Reader } from './config.ts';
export { announceReady, onStop } from './lifeline.ts';
export { connectLink, type Link, type LinkCallOptions, type LinkOptions } from './link/connect.ts';
export { LinkError, Refusal } from './link/error.ts';
export { serveLink, type CallContext, type Handlers, type LinkServer, type ServeOptions } from './link/serve.ts';
export { linesToStandardOutput, openLog, type Log, type LogFields } from './log.ts';
export {
  digest,
  hmacSha256,
  importVerificationKey,
  monotonicMs,
  random,
  sha256,
  SignatureWrong,
  type VerificationKey,
  verifySignature,
  verifyWithKey,
} from './powers.ts';
export { RecentMap } from './recent-map.ts';
