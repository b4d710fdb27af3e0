// SPDX-License-Identifier: Apache-2.0
// The table of the house: every process, in the order of their start, with all that it may read, write, reach and load. What is not here, Node's permission
// model refuses; `test/whole/rights.test.ts` starts each and lets it try what it must not do.
import { fileURLToPath } from 'node:url';
import type { HomeLayout } from './home/layout.ts';
import type { ProcessRow } from './supervise/process-row.ts';

/** Who starts together; each group when the one before answers. */
export const PROCESS_GROUPS = [['crypto-module', 'crypto-module-2', 'ca', 'tsa', 'idp', 'static'], ['sam'], ['ssa', 'sca'], ['demo-officers']] as const;
export type ProcessName = (typeof PROCESS_GROUPS)[number][number];
export const PROCESS_NAMES: readonly ProcessName[] = PROCESS_GROUPS.flat();

/** What one process may do, before paths are made of it. */
interface Rights {
  readonly program: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Native libraries: only where a crypto module is. */
  readonly addons?: true;
  /** Worker threads of its own code. */
  readonly worker?: true;
  /** Holds signers' keys or decides on their use: no code cache that somebody could write. */
  readonly noCache?: true;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface TableOptions {
  readonly layout: HomeLayout;
  /** Folder of the built signer's page. */
  readonly sic: string;
  /** File with the connection string of a database role. */
  readonly databaseUrl: (role: 'idp' | 'sam' | 'ca') => string;
}

function rightsOf({ layout, sic, databaseUrl }: TableOptions): Readonly<Record<ProcessName, Rights>> {
  const { key } = layout;
  return {
    'crypto-module': {
      program: 'tamper-protected/crypto-module/src/main.ts',
      reads: [key('sam-crypto-module'), key('ticket'), key('crypto-module-seal')],
      writes: [layout.folder('crypto-module'), layout.sockets],
      addons: true,
      noCache: true,
    },
    // A second process over the same token: each signs with its half of the keys. Only the first makes the token, at genesis.
    'crypto-module-2': {
      program: 'tamper-protected/crypto-module/src/main.ts',
      reads: [key('sam-crypto-module'), key('ticket'), key('crypto-module-seal'), layout.folder('crypto-module')],
      writes: [layout.sockets],
      addons: true,
      noCache: true,
    },
    sam: {
      program: 'tamper-protected/sam/src/main.ts',
      reads: [layout.public, key('ssa-sam'), key('sam-crypto-module'), key('ticket'), databaseUrl('sam')],
      writes: [layout.folder('sam'), layout.sockets],
      noCache: true,
    },
    ca: {
      program: 'authority/ca/src/main.ts',
      reads: [layout.public, key('ssa-ca'), key('ca-seal'), databaseUrl('ca'), layout.tsaRequest],
      writes: [layout.folder('ca'), layout.sockets],
      addons: true,
      noCache: true,
    },
    tsa: { program: 'authority/tsa/src/main.ts', reads: [layout.public, key('tsa-seal')], writes: [layout.folder('tsa')], addons: true, noCache: true },
    idp: { program: 'front/idp/src/main.ts', reads: [layout.public, key('credential-token'), databaseUrl('idp')], writes: [layout.folder('idp')] },
    ssa: { program: 'front/ssa/src/main.ts', reads: [layout.public, key('ssa-sam'), key('ssa-ca'), key('credential-token'), layout.revokedTokens], writes: [] },
    sca: { program: 'front/sca/src/main.ts', reads: [layout.public, layout.clientKey('sca')], writes: [layout.folder('sca')], worker: true },
    static: { program: 'house/src/static/main.ts', reads: [layout.public, sic], writes: [] },
    'demo-officers': { program: 'house/src/demo-officers/main.ts', reads: [layout.public, layout.clientKey('officers'), layout.folder('officers')], writes: [] },
  };
}

/** The rows of the table, in the order of their start. */
export function processTable(options: TableOptions): readonly (ProcessRow & { readonly name: ProcessName })[] {
  const rights = rightsOf(options);
  return PROCESS_NAMES.map((name) => rowOf(name, rights[name], options.layout, `${root}${rights[name].program}`));
}

/** The row of a room's genesis: the rights of its process, and besides the public folder to write to. */
export function genesisRow(row: ProcessRow, layout: HomeLayout, extra: readonly string[] = []): ProcessRow {
  return { ...row, program: row.program.replace(/main\.ts$/, 'genesis.ts'), writes: [...row.writes, layout.public, ...extra] };
}

function rowOf<N extends ProcessName>(name: N, rights: Rights, layout: HomeLayout, program: string): ProcessRow & { readonly name: N } {
  const configuration = layout.configOf(name);
  return {
    name,
    program,
    arguments: [configuration],
    reads: [configuration, ...rights.reads],
    writes: rights.writes,
    network: true,
    addons: rights.addons ?? false,
    worker: rights.worker ?? false,
    compileCache: rights.noCache === true ? undefined : `${root}node_modules/.cache/v8-${name}`,
  };
}
