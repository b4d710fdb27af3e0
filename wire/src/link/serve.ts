// SPDX-License-Identifier: Apache-2.0
// The listening end of a link. A caller that cannot prove the key, or sends what is malformed, oversized, late or unknown, gets a code where that is
// possible and loses its connection; nobody else notices. A caller that does not read its answers is not read either.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { frame, HANDSHAKE_BYTES, type Answer, type AnswerFrame, type Door, type Message, type Request, type RequestFrame } from '@sigillo/doors/door';
import { decode, encode } from '@sigillo/doors/schema';
import type { Log } from '../log.ts';
import { Refusal } from './error.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { CLIENT_PROOF_BYTES, HANDSHAKE_TIMEOUT_MS, proof, proves } from './handshake.ts';

export interface CallContext {
  /** The caller's name, by the key with which it came in. */
  readonly caller: string;
  readonly requestId: string;
  /** Monotonic milliseconds after which the caller no longer waits. */
  readonly deadlineAt: number;
}

export type Handlers<D extends Door> = { readonly [N in keyof D]: (request: Request<D[N]>, context: CallContext) => Promise<Answer<D[N]>> | Answer<D[N]> };

export interface ServeOptions<D extends Door> {
  readonly door: D;
  /** Name of the door, part of the handshake. */
  readonly name: string;
  /** Path of the Unix socket; made with mode 0600, a stale one is replaced. */
  readonly path: string;
  /** Who may knock: name of the caller → key of that arrow. */
  readonly callers: Readonly<Record<string, Uint8Array>>;
  /** Messages that only some callers may send; a message that is not listed is open to all callers of this door. */
  readonly allowed?: Partial<Readonly<Record<keyof D, readonly string[]>>>;
  readonly handlers: Handlers<D>;
  readonly log: Log;
  readonly random: (length: number) => Uint8Array;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly inFlightMax?: number;
  readonly connectionsMax?: number;
}

export interface LinkServer {
  close(): Promise<void>;
}

interface Entry {
  readonly name: string;
  readonly message: Message<unknown, unknown>;
  readonly handle: (request: unknown, context: CallContext) => unknown;
  readonly callers: readonly string[] | undefined;
}

export async function serveLink<D extends Door>(options: ServeOptions<D>): Promise<LinkServer> {
  const entries = new Map<number, Entry>();
  for (const [name, message] of Object.entries(options.door)) {
    entries.set(message.number, { name, message, handle: options.handlers[name as keyof D] as Entry['handle'], callers: options.allowed?.[name as keyof D] });
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= (options.connectionsMax ?? 32)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Connection(socket, options, entries).start();
  });
  rmSync(options.path, { force: true });
  await listening(server, options.path);
  chmodSync(options.path, 0o600);
  return {
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Answers that may wait for a caller to read them, beside those of calls under way. */
const ANSWER_BYTES_MAX = 8 * 1_048_576;
const CLOSE_TIMEOUT_MS = 500;
/** For so long frames are taken in before answers are sent. */
const TURN_MS = 1;

class Connection<D extends Door> {
  readonly #socket: Socket;
  readonly #options: ServeOptions<D>;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #reader = new FrameReader();
  readonly #writer: FrameWriter;
  readonly #nonce: Uint8Array;
  #caller: string | undefined;
  #inFlight = 0;
  /** Too many answers wait for the caller to read them. */
  #paused = false;
  #closing = false;

  constructor(socket: Socket, options: ServeOptions<D>, entries: ReadonlyMap<number, Entry>) {
    this.#socket = socket;
    this.#options = options;
    this.#entries = entries;
    this.#writer = new FrameWriter(socket);
    this.#nonce = options.random(HANDSHAKE_BYTES);
  }

  start(): void {
    const impatience = setTimeout(() => {
      if (this.#caller === undefined) this.#drop('handshake_late');
    }, HANDSHAKE_TIMEOUT_MS);
    impatience.unref();
    this.#socket.on('close', () => clearTimeout(impatience));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('drain', () => this.#resume());
    this.#socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      this.#advance();
    });
    this.#socket.write(this.#nonce);
  }

  #advance(): void {
    if (this.#caller === undefined && !this.#admit()) return;
    const turnEnds = this.#options.monotonic() + TURN_MS;
    while (!this.#paused && !this.#closing && !this.#socket.destroyed) {
      const payload = this.#reader.frame();
      if (payload === undefined) return;
      if (payload === 'too_large') {
        this.#refuseAndClose(0, 'frame_too_large');
        return;
      }
      this.#take(payload);
      if (this.#options.monotonic() < turnEnds) continue;
      // The answers so far leave before more is taken in: while this end works on, the other end has something to do.
      setImmediate(() => this.#advance());
      return;
    }
  }

  #admit(): boolean {
    const given = this.#reader.fixed(CLIENT_PROOF_BYTES);
    if (given === undefined) return false;
    const clientNonce = given.subarray(0, HANDSHAKE_BYTES);
    for (const [name, key] of Object.entries(this.#options.callers)) {
      if (!proves(proof(key, 'client', this.#options.name, this.#nonce, clientNonce), given.subarray(HANDSHAKE_BYTES))) continue;
      this.#caller = name;
      this.#socket.write(proof(key, 'server', this.#options.name, this.#nonce, clientNonce));
      return true;
    }
    this.#drop('handshake_refused');
    return false;
  }

  #take(payload: Buffer): void {
    let request: RequestFrame;
    try {
      request = decode(frame.request, payload);
    } catch {
      this.#refuseAndClose(0, 'frame_malformed');
      return;
    }
    const entry = this.#entries.get(request.message);
    if (entry === undefined) {
      this.#refuseAndClose(request.id, 'message_unknown');
      return;
    }
    let body: unknown;
    try {
      body = decode(entry.message.request, request.body);
    } catch {
      this.#refuseAndClose(request.id, 'message_malformed');
      return;
    }
    this.#dispatch(request, entry, body);
  }

  #dispatch(request: RequestFrame, entry: Entry, body: unknown): void {
    if (entry.callers !== undefined && !entry.callers.includes(this.#caller!)) {
      this.#refuse(request.id, 'caller_not_allowed');
      return;
    }
    if (request.deadlineMs === 0) {
      this.#refuse(request.id, 'message_late');
      return;
    }
    if (this.#inFlight >= (this.#options.inFlightMax ?? 1024)) {
      this.#refuse(request.id, 'busy');
      return;
    }
    const context: CallContext = { caller: this.#caller!, requestId: request.requestId, deadlineAt: this.#options.monotonic() + request.deadlineMs };
    let answer: unknown;
    try {
      answer = entry.handle(body, context);
    } catch (cause) {
      this.#failed(request, entry, cause);
      return;
    }
    // What is answered at once costs no promise.
    if (!(answer instanceof Promise)) {
      this.#answered(request, entry, answer);
      return;
    }
    this.#inFlight += 1;
    answer.then(
      (value: unknown) => {
        this.#inFlight -= 1;
        this.#answered(request, entry, value);
      },
      (cause: unknown) => {
        this.#inFlight -= 1;
        this.#failed(request, entry, cause);
      },
    );
  }

  #answered(request: RequestFrame, entry: Entry, answer: unknown): void {
    let body: Uint8Array;
    try {
      body = encode(entry.message.answer, answer);
    } catch (cause) {
      this.#failed(request, entry, cause);
      return;
    }
    this.#send({ id: request.id, ok: true, code: '', body });
  }

  #failed({ id, requestId }: RequestFrame, entry: Entry, cause: unknown): void {
    if (cause instanceof Refusal) {
      this.#options.log.info('refused', { route: entry.name, code: cause.code, requestId });
      this.#refuse(id, cause.code);
      return;
    }
    this.#options.log.error('handler_failed', { route: entry.name, code: 'internal', requestId }, cause);
    this.#refuse(id, 'internal');
  }

  #send(answer: AnswerFrame): void {
    this.#writer.write(encode(frame.answer, answer));
    if (this.#paused || this.#writer.unsent <= ANSWER_BYTES_MAX) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#paused || this.#closing) return;
    this.#paused = false;
    this.#socket.resume();
    this.#advance();
  }

  #refuse(id: number, code: string): void {
    this.#send({ id, ok: false, code, body: new Uint8Array(0) });
  }

  #refuseAndClose(id: number, code: string): void {
    this.#options.log.warn('connection_dropped', { code });
    this.#closing = true;
    this.#refuse(id, code);
    // After the refusal, which leaves at the end of this turn.
    setImmediate(() => this.#socket.end());
    this.#socket.removeAllListeners('data');
    // Whoever reads neither the refusal nor the end loses the connection all the same.
    const impatience = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    impatience.unref();
    this.#socket.on('close', () => clearTimeout(impatience));
  }

  #drop(code: string): void {
    this.#options.log.warn('connection_dropped', { code });
    this.#socket.destroy();
  }
}
