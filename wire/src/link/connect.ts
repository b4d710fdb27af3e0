// SPDX-License-Identifier: Apache-2.0
// The calling end of a link: one pipelined connection, made again when it is lost. Every call has a deadline, the number of calls under way a bound.
import { connect, type Socket } from 'node:net';
import { frame, HANDSHAKE_BYTES, type Answer, type AnswerFrame, type Door, type Message, type Request } from '@sigillo/doors/door';
import { decode, encode } from '@sigillo/doors/schema';
import { LinkError } from './error.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { HANDSHAKE_TIMEOUT_MS, proof, proves } from './handshake.ts';

export interface LinkOptions<D extends Door> {
  readonly door: D;
  /** Name of the door, part of the handshake. */
  readonly name: string;
  /** Path of the Unix socket. */
  readonly path: string;
  /** Key of this arrow. */
  readonly key: Uint8Array;
  readonly random: (length: number) => Uint8Array;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly pendingMax?: number;
}

export interface LinkCallOptions {
  readonly requestId: string;
  readonly deadlineMs?: number;
  /** For how long a connection that is down is waited for: 0 where somebody else can be asked instead. */
  readonly patienceMs?: number;
}

export interface Link<D extends Door> {
  /** Sends one message. Throws LinkError; see there for what may have happened on the other side. */
  call<N extends keyof D>(name: N, request: Request<D[N]>, context: LinkCallOptions): Promise<Answer<D[N]>>;
  close(): void;
}

const SWEEP_MS = 50;
const RECONNECT_MS = 50;
/** A process that was restarted is back by then. Where it is not, who calls is told so at once and waits outside, not here. */
const PATIENCE_MS = 5000;

export function connectLink<D extends Door>(options: LinkOptions<D>): Link<D> {
  return new LinkClient(options);
}

interface Pending {
  readonly message: Message<unknown, unknown>;
  readonly deadlineAt: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: LinkError) => void;
}

class LinkClient<D extends Door> implements Link<D> {
  readonly #options: LinkOptions<D>;
  readonly #pending = new Map<number, Pending>();
  #session: Promise<Session> | undefined;
  #nextId = 1;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;
  /** Since when there is no connection to be had, and when that was last seen. */
  #down: { readonly since: number; readonly seen: number } | undefined;

  constructor(options: LinkOptions<D>) {
    this.#options = options;
  }

  async call<N extends keyof D>(name: N, request: Request<D[N]>, context: LinkCallOptions): Promise<Answer<D[N]>> {
    const message = this.#options.door[name]! as unknown as Message<Request<D[N]>, Answer<D[N]>>;
    const deadlineMs = Math.min(context.deadlineMs ?? message.deadlineMs, message.deadlineMs);
    const deadlineAt = this.#options.monotonic() + deadlineMs;
    const body = encode(message.request, request);
    const session = await this.#connected(deadlineAt, context.patienceMs ?? PATIENCE_MS);
    if (this.#pending.size >= (this.#options.pendingMax ?? 4096)) throw new LinkError('not_sent', 'link_busy');
    const id = this.#nextId;
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1;
    const left = Math.max(0, Math.floor(deadlineAt - this.#options.monotonic()));
    return new Promise<Answer<D[N]>>((resolve, reject) => {
      this.#pending.set(id, { message, deadlineAt, resolve: resolve as Pending['resolve'], reject });
      this.#sweep();
      session.writer.write(encode(frame.request, { id, message: message.number, deadlineMs: left, requestId: context.requestId, body }));
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#sweeper !== undefined) clearInterval(this.#sweeper);
    void this.#session?.then(
      (session) => session.socket.destroy(),
      () => undefined,
    );
    this.#failAll('link_closed');
  }

  /** The live session; a lost one is replaced, and retried for a while since a restarted process needs a moment. */
  async #connected(deadlineAt: number, patienceMs: number): Promise<Session> {
    for (;;) {
      if (this.#closed) throw new LinkError('not_sent', 'link_closed');
      this.#session ??= this.#open();
      try {
        const session = await this.#session;
        this.#down = undefined;
        return session;
      } catch (cause) {
        if (cause instanceof LinkError && cause.code === 'handshake_refused') throw cause;
        const now = this.#options.monotonic();
        const since = this.#down !== undefined && now - this.#down.seen < PATIENCE_MS ? this.#down.since : now;
        this.#down = { since, seen: now };
        if (now + RECONNECT_MS >= Math.min(deadlineAt, since + patienceMs)) throw new LinkError('not_sent', 'link_down');
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    }
  }

  #open(): Promise<Session> {
    const opening = openSession(this.#options, (answer) => this.#settle(answer));
    const forget = (): void => {
      if (this.#session === opening) this.#session = undefined;
    };
    opening.then(
      (session) =>
        session.socket.on('close', () => {
          forget();
          this.#failAll('link_lost');
        }),
      forget,
    );
    return opening;
  }

  #settle(answer: AnswerFrame): void {
    const waiting = this.#pending.get(answer.id);
    if (waiting === undefined) return;
    this.#pending.delete(answer.id);
    if (!answer.ok) {
      waiting.reject(new LinkError('refused', answer.code));
      return;
    }
    try {
      waiting.resolve(decode(waiting.message.answer, answer.body));
    } catch {
      waiting.reject(new LinkError('unknown', 'answer_malformed'));
    }
  }

  #sweep(): void {
    this.#sweeper ??= setInterval(() => {
      const now = this.#options.monotonic();
      for (const [id, waiting] of this.#pending) {
        if (waiting.deadlineAt > now) continue;
        this.#pending.delete(id);
        waiting.reject(new LinkError('unknown', 'deadline'));
      }
      if (this.#pending.size > 0) return;
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }, SWEEP_MS);
  }

  #failAll(code: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const waiting of all) waiting.reject(new LinkError('unknown', code));
  }
}

interface Session {
  readonly socket: Socket;
  readonly writer: FrameWriter;
}

function openSession<D extends Door>(options: LinkOptions<D>, settle: (answer: AnswerFrame) => void): Promise<Session> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.path);
    const reader = new FrameReader();
    const clientNonce = options.random(HANDSHAKE_BYTES);
    let serverNonce: Uint8Array | undefined;
    let open = false;
    const fail = (code: string): void => {
      socket.destroy();
      reject(new LinkError('not_sent', code));
    };
    const impatience = setTimeout(() => fail('handshake_late'), HANDSHAKE_TIMEOUT_MS);
    socket.on('error', () => fail('link_down'));
    socket.on('close', () => {
      clearTimeout(impatience);
      reject(new LinkError('not_sent', serverNonce === undefined ? 'link_down' : 'handshake_refused'));
    });
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      if (serverNonce === undefined) {
        serverNonce = reader.fixed(HANDSHAKE_BYTES);
        if (serverNonce === undefined) return;
        socket.write(Buffer.concat([clientNonce, proof(options.key, 'client', options.name, serverNonce, clientNonce)]));
      }
      if (!open) {
        const given = reader.fixed(HANDSHAKE_BYTES);
        if (given === undefined) return;
        if (!proves(proof(options.key, 'server', options.name, serverNonce, clientNonce), given)) {
          fail('handshake_refused');
          return;
        }
        open = true;
        clearTimeout(impatience);
        resolve({ socket, writer: new FrameWriter(socket) });
      }
      readAnswers(reader, socket, settle);
    });
  });
}

function readAnswers(reader: FrameReader, socket: Socket, settle: (answer: AnswerFrame) => void): void {
  for (;;) {
    const payload = reader.frame();
    if (payload === undefined) return;
    try {
      if (payload === 'too_large') throw new LinkError('unknown', 'frame_too_large');
      settle(decode(frame.answer, payload));
    } catch {
      socket.destroy();
      return;
    }
  }
}
