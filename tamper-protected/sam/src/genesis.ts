// SPDX-License-Identifier: Apache-2.0
// The first record: which deployment this is and what it pins. The rows of clients and officers come from the ceremony's files at this
// moment and never again from them: other files at a later start stop it (`checks/same-deployment.ts`).
import { encode } from '@sigillo/doors/schema';
import { clientRowId } from './activation/parties.ts';
import { genesisDetail } from './journal/details.ts';
import { changeRow } from './records/change-row.ts';
import type { State } from './state.ts';

export async function recordGenesis(state: State): Promise<void> {
  const { deployment, journal } = state;
  const clients = deployment.clients.map((client) => changeRow(state, 'client', clientRowId(client.clientId), 0, client));
  const officers = deployment.officers.map(({ officerId, ...officer }) => changeRow(state, 'officer', officerId, 0, officer));
  await journal.append({ event: 'genesis', rows: [...clients, ...officers], detail: encode(genesisDetail, deployment.hashes) }).durable;
}
