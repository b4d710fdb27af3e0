// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import type { Deployment } from '../deployment.ts';
import type { GenesisDetail } from '../journal/details.ts';
import { JournalError } from '../journal/error.ts';

const FILES: Readonly<Record<keyof GenesisDetail, string>> = {
  deploymentId: 'deployment.json',
  samId: 'deployment.json',
  deploymentHash: 'deployment.json',
  policyHash: 'policy.json',
  officersHash: 'officers.json',
  clientsHash: 'clients.json',
  idpHash: 'idp.json',
  rootsHash: 'roots/root.pem',
  identityHash: 'sam.json',
};

/** Refuses files that are not those of the first start; they change by officers' commands, not by an editor. */
export function requireSameDeployment(genesis: GenesisDetail, deployment: Deployment): void {
  for (const [name, file] of Object.entries(FILES) as [keyof GenesisDetail, string][]) {
    if (!sameBytes(genesis[name], deployment.hashes[name]))
      throw new JournalError('deployment_changed', `${file} is not the one of the first start`);
  }
}
