// SPDX-License-Identifier: Apache-2.0
// oidc-provider tells its operator things on the console, some while it is loaded. Our log has lines of one form, so what it says becomes
// one. Import this first.
import { linesToStandardOutput, openLog } from '@sigillo/wire';

const log = openLog('idp', linesToStandardOutput(), Date.now);
Object.assign(globalThis.console, {
  info: (notice: unknown) => log.info('library_notice', { code: String(notice) }),
  warn: (notice: unknown) => log.warn('library_notice', { code: String(notice) }),
});
