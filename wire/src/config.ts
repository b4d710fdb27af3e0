// SPDX-License-Identifier: Apache-2.0
// The configuration of a process: one JSON file, read once, closed: an unknown or a missing key stops the start with its name, and so does one that stands
// there twice. Secrets are never in it; it names the files that hold them.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { parseStrictJson } from '@sigillo/standards/json';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Turns one value of the file into what the process works with, or throws naming the key. */
export type Reader<T> = (value: unknown, key: string) => T;
/** What `readConfig` gives for these keys. */
export type Configuration<S> = { readonly [K in keyof S]: S[K] extends Reader<infer T> ? T : never };

/** Reads the file at `path` by the given keys. */
export function readConfig<const S extends Readonly<Record<string, Reader<unknown>>>>(path: string | undefined, keys: S): Configuration<S> {
  if (path === undefined) throw new ConfigError('the path of the configuration file is missing');
  try {
    return parseConfig(readFileSync(path), keys);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${path} cannot be read as JSON`, { cause });
  }
}

const DEPTH_MAX = 16;

/** The content of such a file. What is no JSON throws StrictJsonError, everything else ConfigError. */
export function parseConfig<const S extends Readonly<Record<string, Reader<unknown>>>>(bytes: Uint8Array, keys: S): Configuration<S> {
  return object(keys)(parseStrictJson(bytes, DEPTH_MAX), '');
}

export function object<const S extends Readonly<Record<string, Reader<unknown>>>>(keys: S): Reader<Configuration<S>> {
  return (value, key) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError(`${key || 'the file'} is not an object`);
    const given = value as Record<string, unknown>;
    for (const name of Object.keys(given)) if (!Object.hasOwn(keys, name)) throw new ConfigError(`unknown key ${joined(key, name)}`);
    return Object.fromEntries(Object.entries(keys).map(([name, reader]) => [name, reader(given[name], joined(key, name))])) as Configuration<S>;
  };
}

/** An object whose keys are names of the operator's choice. */
export function record<T>(of: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, key) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError(`${key} is not an object`);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, of(item, joined(key, name))]));
  };
}

export function list<T>(of: Reader<T>): Reader<readonly T[]> {
  return (value, key) => {
    if (!Array.isArray(value)) throw new ConfigError(`${key} is not a list`);
    return value.map((item, i) => of(item, `${key}[${i}]`));
  };
}

export const string: Reader<string> = (value, key) => {
  if (typeof value !== 'string' || value === '') throw new ConfigError(`${key} is not a text`);
  return value;
};

export const flag: Reader<boolean> = (value, key) => {
  if (typeof value !== 'boolean') throw new ConfigError(`${key} is neither true nor false`);
  return value;
};

export function integer(min: number, max: number): Reader<number> {
  return (value, key) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw new ConfigError(`${key} is not a whole number from ${min} to ${max}`);
    return value;
  };
}

export function optional<T>(of: Reader<T>): Reader<T | undefined> {
  return (value, key) => (value === undefined ? undefined : of(value, key));
}

/** An existing folder, as its real path. */
export const folder: Reader<string> = (value, key) => {
  const path = string(value, key);
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
  } catch (cause) {
    throw new ConfigError(`${key}: there is no folder ${path}`, { cause });
  }
  throw new ConfigError(`${key}: ${path} is not a folder`);
};

/** The bytes of a file that others may not read. */
export const secretFile: Reader<Uint8Array> = (value, key) => {
  const path = string(value, key);
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw new ConfigError(`${key}: ${path} may be read by others; its mode must be 0600`);
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${key}: ${path} cannot be read`, { cause });
  }
};

function joined(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}
