// SPDX-License-Identifier: Apache-2.0
// The first step of every command, in plain JavaScript for any Node from 20: bring the packages that the lock file names
// (without their install scripts) when the lock has changed, then hand over to the Node 26 among them.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that the lock file pins for this platform, if npm has one. */
function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const executable = join(root, 'node_modules', `${prefix}-${platform}-${process.arch}`, 'bin', platform === 'win' ? 'node.exe' : 'node');
  return existsSync(executable) ? executable : undefined;
}

function installWhatIsMissing() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const mark = join(root, 'node_modules', '.sigillo-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  process.stderr.write('Sigillo: installing the packages of the lock file …\n');
  // npm_execpath is set whenever npm started us; the settings that npm passes to its children must not steer the inner npm.
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.env.npm_node_execpath ?? process.execPath, npm] : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(local_)?prefix|lifecycle|package|command)/i.test(name)));
  const args = [...before, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env, shell: command.endsWith('.cmd') });
  if (done.status !== 0) process.exit(done.status ?? 1);
  writeFileSync(mark, lock);
}

installWhatIsMissing();
const node = bundledNode() ?? (Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined);
if (node === undefined) {
  process.stderr.write(`Sigillo needs Node 26, and npm has none for ${process.platform}-${process.arch}: install it and run this again.\n`);
  process.exit(1);
}
const cache = join(root, 'node_modules', '.cache', 'v8');
mkdirSync(cache, { recursive: true });
const child = spawn(node, process.argv.slice(2), { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: cache, SIGILLO_STARTER: String(process.pid) } });
// A terminal sends Ctrl-C to the whole group, so the child has it already; a `kill` of this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => { if (!process.stdin.isTTY) child.kill('SIGINT'); });
// npm passes no signal on when it is killed itself: what it started ends when it is gone.
const parent = process.ppid;
const orphaned = () => process.ppid !== parent && child.kill('SIGTERM');
if (process.env.npm_lifecycle_event) setInterval(orphaned, 500).unref();
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
