// SPDX-License-Identifier: Apache-2.0
import type { Database } from './database.ts';

const TABLES = ['oidc', 'page_code', 'login_attempt', 'approval', 'issued_token'] as const;

/** Removes what expired; nothing reads an expired row, so this saves room only. */
export async function sweep(database: Database): Promise<number> {
  let count = 0;
  for (const table of TABLES) {
    const swept = await database.run(`sweep_${table}`, `delete from ${table} where expires_at < now() - interval '10 minutes'`, []);
    count += swept.count;
  }
  return count;
}
