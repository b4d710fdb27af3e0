// SPDX-License-Identifier: Apache-2.0
// The first record: which deployment this is and what it pins. The rows of clients and officers come from the ceremony's files at this
// moment and never again from them: other files at a later start stop it.
import { encode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { clientRowId } from './activation/parties.ts';
import type { Deployment } from './deployment.ts';
import { genesisDetail, type GenesisDetail } from './journal/details.ts';
import { JournalError } from './journal/error.ts';
import { changeRow } from './records/change-row.ts';
import type { State } from './state.ts';

export async function recordGenesis(state: State): Promise<void> {
  const { deployment, journal } = state;
  const clients = deployment.clients.map((client) => changeRow(state, 'client', clientRowId(client.clientId), 0, client));
  const officers = deployment.officers.map(({ officerId, ...officer }) => changeRow(state, 'officer', officerId, 0, officer));
  await journal.append({ event: 'genesis', rows: [...clients, ...officers], detail: encode(genesisDetail, deployment.hashes) }).durable;
}

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
