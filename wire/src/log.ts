// SPDX-License-Identifier: Apache-2.0
// Log lines are JSON with fields from a closed list: there is no field that could hold a document, a name, a token or a secret.

/** All that a line may say beside the time, the level, the room and the event. */
export interface LogFields {
  /** Id of the outer request; the logs of all rooms share it. */
  readonly requestId?: string;
  /** Stable code of an error or a refusal. */
  readonly code?: string;
  /** Name of a message or a route pattern, never a path that was asked for. */
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly count?: number;
  readonly record?: number;
  /** Registered id of a client. */
  readonly clientId?: string;
  /** Where in our own code an unexpected error arose: class and stack frames, without its message. */
  readonly at?: string;
  readonly port?: number;
  readonly process?: string;
  readonly pid?: number;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `cause` adds its class and the places of its stack, never its message. */
  error(event: string, fields?: LogFields, cause?: unknown): void;
}

const ALLOWED: ReadonlySet<string> = new Set([
  'requestId', 'code', 'route', 'method', 'status', 'durationMs', 'count', 'record', 'clientId', 'at', 'port', 'process', 'pid',
] satisfies (keyof LogFields)[]);
const TEXT_LENGTH_MAX = 400;

/** A log for one room. `write` takes whole lines; `now` is the wall clock in milliseconds. */
export function openLog(room: string, write: (line: string) => void, now: () => number): Log {
  const line = (level: string, event: string, fields: LogFields = {}): void => {
    const said: Record<string, unknown> = { time: new Date(now()).toISOString(), level, room, event: oneLine(event) };
    for (const name in fields) {
      const value = fields[name as keyof LogFields];
      if (ALLOWED.has(name) && value !== undefined) said[name] = typeof value === 'string' ? oneLine(value) : value;
    }
    write(`${JSON.stringify(said)}\n`);
  };
  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
    error: (event, fields, cause) => line('error', event, cause === undefined ? fields : { ...fields, at: placesOf(cause) }),
  };
}

/** Lines wait for so long, that a busy process does not make a system call for each; so much is lost when it is killed. */
const LINES_WAIT_MS = 10;
const LINES_CHARACTERS_MAX = 65_536;

/** Writes lines to standard output, several at once, and all that wait when the process ends. */
export function linesToStandardOutput(): (line: string) => void {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') process.stdout.write(lines);
  };
  process.on('exit', write);
  return (line) => {
    waiting += line;
    if (waiting.length > LINES_CHARACTERS_MAX) write();
    else timer ??= setTimeout(write, LINES_WAIT_MS).unref();
  };
}

function oneLine(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? text.slice(0, TEXT_LENGTH_MAX) : text;
}

function placesOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const frames = (cause.stack ?? '').split('\n').filter((frame) => /^\s+at /.test(frame)).slice(0, 4).map((frame) => frame.trim().replace(/\(?(file:\/\/)?\/.*\//, '('));
  const code = (cause as { code?: unknown }).code;
  return [cause.name, typeof code === 'string' ? code : '', ...frames].filter((part) => part !== '').join(' | ');
}
