// SPDX-License-Identifier: Apache-2.0
// IdP, SSA, SCA and the static host in one small server, for running the built page in a real browser. They are played: they keep the
// messages of `flow.md`, and protect nothing.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fromBase64url, toBase64, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { headersFor } from '../../serve/headers.ts';
import { resolveFile } from '../../serve/resolve.ts';
import { ORGANISATION } from './certificate.ts';
import { embed, type PlayedPrepared, prepare } from './pdf.ts';
import { PlayedSam, type PlayedSigner, type Signed } from './sam.ts';
import { makeTicket } from './ticket.ts';

interface PlayedDocument {
  readonly handle: string;
  readonly name: string;
  readonly pdf: Uint8Array<ArrayBuffer>;
  readonly owner: PlayedSigner;
  state: string;
  prepared: PlayedPrepared | null;
  signed: Uint8Array | null;
}

interface Interaction {
  readonly uid: string;
  readonly back: string;
  readonly ticket: string | null;
  readonly document: PlayedDocument | null;
}

interface Waiting {
  readonly id: string;
  readonly clientId: string;
  readonly names: readonly string[];
  readonly ticket: string;
}

type Answer = { readonly status: number; readonly body?: unknown; readonly location?: string; readonly bytes?: Uint8Array; readonly type?: string; readonly headers?: Readonly<Record<string, string>> };
type Fields = Readonly<Record<string, unknown>>;

export class PlayedServices {
  readonly sam: PlayedSam = new PlayedSam();
  readonly documents = new Map<string, PlayedDocument>();
  readonly interactions = new Map<string, Interaction>();
  readonly waiting: Waiting[] = [];
  readonly calls: string[] = [];
  /** Answers something else for a path, or drops the connection ("lost"). */
  interfere: (path: string) => Answer | 'lost' | 'late' | null = () => null;
  /** What the SCA serves in place of what it prepared. */
  replace: (prepared: PlayedPrepared) => PlayedPrepared = (prepared) => prepared;
  /** How often the page must ask until the officers have approved. */
  officersPolls = 1;
  loggedIn: PlayedSigner | null = null;
  port = 0;
  readonly #bundle: string;
  readonly #servers: Server[] = [];
  readonly #enrolments = new Map<string, { readonly signer: PlayedSigner; polls: number }>();

  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  get signOrigin(): string {
    return `http://sign.localhost:${this.port}`;
  }
  get issuer(): string {
    return `http://localhost:${this.port}`;
  }
  get ssaUrl(): string {
    return `http://127.0.0.1:${this.port}/ssa`;
  }
  get scaUrl(): string {
    return `http://127.0.0.1:${this.port}/sca`;
  }

  async start(): Promise<void> {
    this.port = await this.#listen('127.0.0.1', 0);
    // Browsers try ::1 first for names below localhost, where the machine has it.
    await this.#listen('::1', this.port).catch(() => 0);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (url.hostname === 'sign.localhost') return this.#serveFile(url, response);
    const cors = {
      'access-control-allow-origin': this.signOrigin,
      'access-control-allow-headers': 'authorization, content-type, dpop, x-document-name',
      'access-control-allow-methods': 'GET, POST, DELETE',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const raw = Buffer.concat(chunks);
    this.calls.push(`${request.method ?? ''} ${url.pathname}`);
    const interference = this.interfere(url.pathname);
    if (interference === 'lost') return void response.destroy();
    const answer = interference !== null && interference !== 'late' ? interference : this.#route(request, url, raw);
    if (interference === 'late') return void response.destroy();
    const location = answer.location === undefined ? {} : { location: answer.location };
    const type = answer.type ?? 'application/json';
    response.writeHead(
      answer.status,
      { ...cors, ...location, 'content-type': type, 'cache-control': 'no-store', 'x-request-id': 'played-1', ...answer.headers },
    );
    response.end(answer.bytes ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)));
  }

  async #serveFile(url: URL, response: ServerResponse): Promise<void> {
    const urls = { signOrigin: this.signOrigin, issuer: this.issuer, ssaUrl: this.ssaUrl, scaUrl: this.scaUrl };
    if (url.pathname === '/pins.json') {
      const { deploymentId, samId, identity } = this.sam;
      const pins = {
        deploymentId: toHex(deploymentId),
        samId: toHex(samId),
        samIdentityKey: toBase64(identity.spki),
        issuer: this.issuer,
        ssaUrl: this.ssaUrl,
        scaUrl: this.scaUrl,
        rpId: 'sign.localhost',
        organisation: ORGANISATION,
        roots: [],
        portBase: this.port,
      };
      return void response.writeHead(200, { ...headersFor('data', urls), 'content-type': 'application/json' }).end(JSON.stringify(pins));
    }
    const found = resolveFile(url.pathname);
    if (found === null) return void response.writeHead(404).end();
    response.writeHead(
      200,
      { ...headersFor(found.kind, urls), 'content-type': found.type },
    ).end(await readFile(join(this.#bundle, found.file)));
  }

  #route(request: IncomingMessage, url: URL, raw: Buffer): Answer {
    const path = url.pathname;
    const json = (): Fields => (raw.length === 0 ? {} : JSON.parse(raw.toString())) as Fields;
    if (path.startsWith('/ssa/signer/v1/')) return this.#ssa(path.slice('/ssa/signer/v1/'.length), json());
    if (path.startsWith('/sca/')) return this.#sca(request, path.slice('/sca/'.length), raw);
    return this.#idp(request.method ?? 'GET', path, url, json, raw);
  }

  #ssa(path: string, fields: Fields): Answer {
    const bytes = (name: string): Uint8Array<ArrayBuffer> => fromBase64url(String(fields[name]));
    const pageNonce = bytes('pageNonce');
    const { sam } = this;
    switch (path) {
      case 'enrolments/begin': {
        const { signer, signed } = sam.beginEnrolment(fields['person'] as never, pageNonce);
        this.#enrolments.set('newest', { signer, polls: 0 });
        return spoken(signed);
      }
      case 'enrolments/key': {
        const { signer } = this.#enrolments.get('newest')!;
        const enrolmentHash = bytes('enrolmentHash');
        this.#enrolments.set(toHex(enrolmentHash), { signer, polls: 0 });
        const attestation = bytes('attestationObject');
        const at = Buffer.from(attestation).indexOf('authData') + 8;
        const start = attestation[at] === 0x58 ? at + 2 : at + 3;
        return spoken(sam.enrolKey(
          signer,
          enrolmentHash,
          { credentialId: bytes('credentialId'), authenticatorData: attestation.subarray(start) },
          pageNonce,
        ));
      }
      case 'enrolments/confirm':
        return spoken(sam.enrolmentOutcome(this.#enrolments.get(toHex(bytes('enrolmentHash')))!.signer, bytes('enrolmentHash'), pageNonce));
      case 'enrolments/outcome': {
        const enrolment = this.#enrolments.get(toHex(bytes('enrolmentHash')))!;
        const states = ['active', 'approved', 'pending_approval', 'pending_proposal'] as const;
        enrolment.signer.state = states[Math.max(0, Math.min(states.length - 1, this.officersPolls - ++enrolment.polls))]!;
        if (enrolment.signer.state === 'active' && enrolment.signer.history.length === 0) {
          sam.record(enrolment.signer, 'enrolled', null, null);
          sam.record(enrolment.signer, 'key_active', null, null);
        }
        return spoken(sam.enrolmentOutcome(enrolment.signer, bytes('enrolmentHash'), pageNonce));
      }
      case 'login':
        return spoken(sam.login(bytes('credentialId'), pageNonce));
      case 'prepare': {
        const documents = (fields['documents'] as {
          digest: string | null;
          sizeBytes: number;
        }[]).map(({ digest, sizeBytes }) => ({ digest: digest === null ? null : fromBase64url(digest), sizeBytes }));
        return spoken(sam.prepare(String(fields['ticket']), documents, String(fields['language']), pageNonce));
      }
      case 'authorise':
        return spoken(sam.authorise(bytes('challenge'), pageNonce));
      case 'outcome':
        return spoken(sam.outcome(bytes('challenge'), pageNonce));
      case 'history':
        return spoken(sam.history(this.#signerOfSession(), fields['before'] as number | null, pageNonce));
      case 'freeze':
        return spoken(sam.freeze(this.#signerOfSession(), bytes('keyId'), pageNonce));
      default:
        return { status: 404, body: { code: 'not_found' } };
    }
  }

  #sca(request: IncomingMessage, path: string, raw: Buffer): Answer {
    if (path === 'documents') {
      const name = decodeURIComponent(String(request.headers['x-document-name']));
      const document: PlayedDocument = {
        handle: toBase64url(utf8(randomUUID())),
        name,
        pdf: new Uint8Array(raw),
        owner: this.#signerOfSession(),
        state: 'uploaded',
        prepared: null,
        signed: null,
      };
      this.documents.set(document.handle, document);
      return { status: 201, body: { handle: document.handle, name, sizeBytes: raw.length, pages: 1, signatures: 0, warnings: [] } };
    }
    const [kind, id, what] = path.split('/');
    const document = this.documents.get(id ?? '');
    if (document === undefined) return { status: 404, body: { code: 'document_unknown' } };
    if (kind === 'prepared') {
      const served = this.replace(document.prepared!);
      return {
        status: 200,
        bytes: what === 'content' ? served.content : served.attributes,
        type: what === 'content' ? 'application/pdf' : 'application/octet-stream',
      };
    }
    if (request.method === 'DELETE') {
      this.documents.delete(document.handle);
      return { status: 204 };
    }
    if (what === 'sign') return { status: 200, body: { authorizeUrl: this.#beginSigning(document) } };
    if (what === 'signed') return { status: 200, bytes: document.signed!, type: 'application/pdf' };
    return { status: 200, body: { handle: document.handle, name: document.name, state: document.state, code: null, record: 4711 } };
  }

  #beginSigning(document: PlayedDocument): string {
    document.prepared = prepare(document.pdf, document.owner.certificate);
    document.state = 'prepared';
    const base = `${this.scaUrl}/prepared/${document.handle}`;
    const locations = [{ content: `${base}/content`, attributes: `${base}/attributes` }];
    const ticket = makeTicket(
      this.issuer,
      document.owner,
      { clientId: 'sca', hashes: [document.prepared.dtbsr], labels: [document.name], locations, thumbprint: new Uint8Array(32).fill(7) },
    );
    const interaction = this.addInteraction({ back: `${this.signOrigin}/done#handle=${document.handle}`, ticket, document });
    return `${this.issuer}/oauth2/authorize?request_uri=${interaction.uid}`;
  }

  addInteraction(about: Omit<Interaction, 'uid'>): Interaction {
    const interaction = { uid: randomUUID(), ...about };
    this.interactions.set(interaction.uid, interaction);
    return interaction;
  }

  #idp(method: string, path: string, url: URL, json: () => Fields, raw: Buffer): Answer {
    if (path === '/.well-known/openid-configuration') {
      return { status: 200, body: {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/oauth2/authorize`,
        token_endpoint: `${this.issuer}/oauth2/token`,
      } };
    }
    if (path === '/oauth2/authorize') return this.#authorize(url);
    if (path === '/oauth2/token') return this.#token(new URLSearchParams(raw.toString()));
    if (path === '/signer/v1/login/begin') return {
      status: 200,
      body: { session: String(json()['code']), issuer: this.issuer, nonce: randomUUID(), clientName: 'Example KK' },
    };
    if (path === '/signer/v1/login/finish') {
      const fields = json() as unknown as { session: string; assertion: { credentialId: string } };
      this.loggedIn = this.sam.signers.find((one) => toBase64url(one.credentialId) === fields.assertion.credentialId) ?? null;
      return { status: 200, body: { next: `${this.issuer}/interaction/${fields.session}/login?done=x` } };
    }
    if (path === '/signer/v1/approval/begin') {
      const interaction = this.interactions.get(String(json()['code']));
      if (interaction === undefined || interaction.ticket === null) return { status: 400, body: { code: 'code_unknown' } };
      return { status: 200, body: { ticket: interaction.ticket, interaction: `${this.issuer}/interaction/${interaction.uid}` } };
    }
    if (path === '/signer/v1/logout') {
      this.loggedIn = null;
      return { status: 204 };
    }
    if (path.startsWith('/signer/v1/requests')) return this.#requests(method, path);
    return this.#return(path, url);
  }

  #requests(method: string, path: string): Answer {
    const now = Math.floor(Date.now() / 1000);
    if (method === 'GET') return { status: 200, body: { requests: this.waiting.map((
      { id, clientId, names },
      at,
    ) => ({ id, clientId, names, count: names.length, created: now - 60 * at, expires: now + 900 })) } };
    const [, , , , id, what] = path.split('/');
    const found = this.waiting.findIndex((one) => one.id === id);
    if (found < 0) return { status: 404, body: { code: 'request_unknown' } };
    if (what === 'read') return { status: 200, body: { ticket: this.waiting[found]!.ticket } };
    this.waiting.splice(found, 1);
    return { status: 204 };
  }

  #authorize(url: URL): Answer {
    const pushed = this.interactions.get(url.searchParams.get('request_uri') ?? '');
    if (pushed !== undefined) return { status: 303, location: `${this.signOrigin}/approve#code=${pushed.uid}` };
    const back = `${String(url.searchParams.get('redirect_uri'))}?code=c1&state=${String(url.searchParams.get('state'))}&iss=${encodeURIComponent(this.issuer)}`;
    if (this.loggedIn !== null) return { status: 303, location: back };
    return { status: 303, location: `${this.signOrigin}/login#code=${this.addInteraction({ back, ticket: null, document: null }).uid}` };
  }

  #token(_form: URLSearchParams): Answer {
    const claims = { sub: toHex(this.#signerOfSession().signerId), aud: 'urn:sigillo:signer' };
    return { status: 200, body: {
      access_token: `e30.${toBase64url(utf8(JSON.stringify(claims)))}.e30`,
      token_type: 'DPoP',
      expires_in: 900,
      refresh_token: randomUUID(),
    } };
  }

  #return(path: string, url: URL): Answer {
    const [, , uid, what] = path.split('/');
    const interaction = this.interactions.get(uid ?? '');
    if (interaction === undefined) return { status: 404, body: { code: 'interaction_unknown' } };
    const { document } = interaction;
    if (what === 'declined' && document !== null) document.state = 'declined';
    if (what === 'approved' && document !== null) this.#signDocument(document);
    if (what === 'declined') this.calls.push(`declined: ${url.searchParams.get('reason') ?? ''}`);
    return { status: 303, location: interaction.back };
  }

  #signDocument(document: PlayedDocument): void {
    const approved = [...this.sam.operations].find(([
      ,
      operation,
    ]) => operation.state === 'authorised' && operation.signer === document.owner);
    if (approved === undefined || document.prepared === null) return;
    this.sam.release(approved[0]);
    document.signed = embed(document.prepared, document.owner.certificate, document.owner.key);
    document.state = 'signed';
  }

  #signerOfSession(): PlayedSigner {
    const signer = this.loggedIn ?? this.sam.signers.at(-1);
    if (signer === undefined) throw new Error('nobody has signed up');
    return signer;
  }
}

function spoken(signed: Signed): Answer {
  return { status: 200, body: { statement: toBase64url(signed.statement), signature: toBase64url(signed.signature) } };
}

