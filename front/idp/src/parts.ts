// SPDX-License-Identifier: Apache-2.0
import type { RateLimit } from '@sigillo/http';
import type { Provider } from 'oidc-provider';
import type { Approvals } from './database/approvals.ts';
import type { IssuedTokens } from './database/issued-tokens.ts';
import type { OneTimeSecrets } from './database/once.ts';
import type { Sessions } from './database/sessions.ts';
import type { Powers } from './powers.ts';
import type { Clients } from './provider/clients.ts';
import type { Deployment } from './public-files.ts';
import type { SamPins } from './sam-statement.ts';
import type { SigningKey } from './signing-key.ts';

/** What the handlers of the IdP's own routes work with. */
export interface Parts {
  readonly deployment: Deployment;
  readonly clients: Clients;
  readonly provider: Provider;
  readonly once: OneTimeSecrets;
  readonly approvals: Approvals;
  readonly tokens: IssuedTokens;
  readonly sessions: Sessions;
  readonly samPins: SamPins;
  readonly signingKey: SigningKey;
  readonly limit: RateLimit;
  readonly powers: Powers;
}
