// SPDX-License-Identifier: Apache-2.0
// Who imports what. Types count: a room that knows another's types knows the room.
import { posix } from 'node:path';
import { codeOf, type SourceFile } from './source.ts';

/** Every module that a file names, in any of the ways there are. `unknown` stands for one that is only computed when the program runs. */
export function importsOf({ text }: SourceFile): string[] {
  const { code, strings } = codeOf(text);
  const found = [
    /\b(?:import|export)\b[^'"`;()=]*?\bfrom\s*['"](?<string>\d+)['"]/g,
    /\bimport\s*['"](?<string>\d+)['"]/g,
    /\b(?:import|require|import\.meta\.resolve)\s*\(\s*(?:['"`](?<string>\d+)['"`]\s*[),])?/g,
  ].flatMap((pattern) => [...code.matchAll(pattern)].map(({ groups }) => groups!['string']));
  return found
    .map((number) => (number === undefined ? undefined : strings[Number(number)]!))
    .map((name) => (name === undefined || name.includes('${') ? 'unknown' : name));
}

export interface Room {
  /** Rooms that it may import, each with the parts of it or with all. */
  readonly rooms: Readonly<Record<string, readonly string[] | 'all'>>;
  /** Packages of others, for the programs themselves. */
  readonly packages: readonly string[];
  /** Packages of others that only its tests use. */
  readonly testPackages: readonly string[];
}

export type Rooms = Readonly<Record<string, Room>>;

/** The workspace that a path is in. */
export function workspaceOf(path: string, rooms: Rooms): string | undefined {
  return Object.keys(rooms).find((workspace) => path.startsWith(`${workspace}/`));
}

/** What of a file's imports no arrow allows; one sentence each. */
export function forbiddenImports(file: SourceFile, workspace: string, room: Room): string[] {
  const isTest = /\/test\//.test(file.path);
  return importsOf(file)
    .filter((name) => !isAllowed(name, file.path, workspace, room, isTest))
    .map((name) => `${file.path} imports ${name}`);
}

function isAllowed(name: string, path: string, workspace: string, room: Room, isTest: boolean): boolean {
  if (name.startsWith('.')) return posix.join(posix.dirname(path), name).startsWith(`${workspace}/`);
  if (name.startsWith('node:')) return true;
  if (name.startsWith('@sigillo/')) {
    const [, target, ...part] = name.split('/');
    const parts = room.rooms[target!];
    return parts !== undefined && (parts === 'all' || parts.includes(part.join('/')));
  }
  const packageName = name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
  return room.packages.includes(packageName) || (isTest && room.testPackages.includes(packageName));
}
