// SPDX-License-Identifier: Apache-2.0
// One row of the process table: what a process is started from, and all that it may touch. What is not named here is refused by Node's
// permission model. (That is the second wall; the first is that each process has keys of its own only.)
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface ProcessRow {
  readonly name: string;
  /** The program, a file of the workspace. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** Folders and files, beside the code of the workspace itself. A folder means all that is below it. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly network: boolean;
  /** Native libraries, for a process that holds a crypto module. They are outside the permission model. */
  readonly addons: boolean;
  /** Worker threads of its own code, under the same rights. */
  readonly worker?: boolean;
  /**
   * Where compiled code is kept between starts, or nothing. Whoever can write there can change what runs, so each process has a folder of
   * its own, and the ones that hold signers' keys have none.
   */
  readonly compileCache: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The words after `node` for this row. */
export function nodeArguments(row: ProcessRow): string[] {
  const writes = (row.compileCache === undefined ? row.writes : [...row.writes, row.compileCache]).map(realPath);
  const reads = [...codeOf(row.program), ...row.reads.map(realPath), ...writes];
  return [
    '--permission',
    // That these flags are young is known and said in SECURITY.md; the log is for what happens.
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=PERM0001',
    '--disable-warning=PERM0006',
    ...[...new Set(reads)].map((path) => `--allow-fs-read=${path}`),
    ...[...new Set(writes)].map((path) => `--allow-fs-write=${path}`),
    ...(row.network ? ['--allow-net'] : []),
    ...(row.addons ? ['--allow-addons'] : []),
    ...(row.worker === true ? ['--allow-worker'] : []),
    row.program,
    ...row.arguments,
  ];
}

/** Nothing of the environment in which the house was started goes to a process but where its programs are. */
export function environmentOf(row: ProcessRow): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    SIGILLO_LIFELINE: 'stdin',
    ...(row.compileCache === undefined ? { NODE_DISABLE_COMPILE_CACHE: '1' } : { NODE_COMPILE_CACHE: realPath(row.compileCache) }),
    ...row.environment,
  };
}

/**
 * What Node reads to run a program: the folder of its workspace, those of the workspaces it imports with the links by which they are
 * found, and the file at the root that says of which kind the modules are.
 */
export function codeOf(program: string): string[] {
  const found = new Set<string>();
  const workspace = workspaceOf(realpathSync(program));
  const root = rootOf(workspace);
  collect(workspace, root, found);
  return [...found, join(root, 'package.json')];
}

function collect(workspace: string, root: string, found: Set<string>): void {
  if (found.has(workspace)) return;
  found.add(workspace);
  const { dependencies = {} } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies).filter((dependency) => dependency.startsWith('@sigillo/'))) {
    const link = [workspace, root].map((folder) => join(folder, 'node_modules', name)).find((path) => existsSync(path));
    if (link === undefined) continue;
    found.add(link);
    collect(realpathSync(link), root, found);
  }
}

function workspaceOf(file: string): string {
  const folder = dirname(file);
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (folder === file) throw new TypeError('a program of the table is a file of a workspace');
  return workspaceOf(folder);
}

function rootOf(workspace: string): string {
  const folder = dirname(workspace);
  if (existsSync(join(folder, 'package-lock.json')) || folder === workspace) return folder;
  return rootOf(folder);
}

/** The permission model compares real paths. A file that is still to be made has the real path of its folder. */
function realPath(path: string): string {
  if (path.includes('*')) throw new TypeError('a path of the table has no wildcard');
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
