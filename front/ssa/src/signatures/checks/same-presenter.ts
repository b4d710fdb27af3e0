// SPDX-License-Identifier: Apache-2.0
import type { CredentialCaller, ServiceCaller } from '../../caller/caller.ts';
import { invalid } from '../../csc/problem.ts';

/** The credential token in the body is of the same client, key and user as the service token in the header. */
export function requireSamePresenter(caller: ServiceCaller, presenter: CredentialCaller): void {
  const sameUser = caller.subject === undefined || caller.subject === presenter.subject;
  if (caller.clientId !== presenter.clientId || caller.boundTo !== presenter.boundTo || !sameUser) throw invalid('SAD');
}
