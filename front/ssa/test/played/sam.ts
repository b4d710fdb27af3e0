// SPDX-License-Identifier: Apache-2.0
// A SAM, played: it answers by the SAM's door over a real link, remembers what it was asked, and refuses what the test tells it to refuse. It holds one
// real key with a real certificate, so that what the SSA says about it can be checked by other programs.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { samDoor, type Credential, type SamDoor } from '@sigillo/doors/sam';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { assembleCertificate, buildTbsCertificate, encodeName, keyUsage } from '@sigillo/standards/x509';
import { openLog, Refusal, serveLink, type CallContext, type Handlers, type LinkServer } from '@sigillo/wire';

export interface PlayedSam {
  readonly credential: Credential;
  readonly credentialId: string;
  readonly signerId: string;
  /** Every message that arrived, in order, but for the questions that the courier asks from time to time. */
  readonly asked: { readonly message: string; readonly request: unknown; readonly requestId: string }[];
  /** Messages, by name, that are refused with a code. */
  readonly refusals: Map<string, string>;
  /** Messages, by name, that wait for this before they are answered. */
  readonly waits: Map<string, Promise<void>>;
  /** Open orders. */
  orders: readonly { readonly statement: Uint8Array; readonly signature: Uint8Array }[];
  /** Open revocations. */
  revocations: readonly { readonly statement: Uint8Array; readonly signature: Uint8Array }[];
  /** States that the credential may be given. */
  state: Credential['state'];
  serving: boolean;
  close(): Promise<void>;
}

export const STATEMENT = { statement: new Uint8Array([1, 2, 3]), signature: new Uint8Array(64).fill(7) };

export async function playSam(path: string, key: Uint8Array): Promise<PlayedSam> {
  const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = randomBytes(16);
  const signerId = randomBytes(16);
  const chain = [certificateOf(holder)];
  const algorithm = '1.2.840.10045.4.3.2';
  const credential: Credential = {
    keyId, signerId, label: 'Signature key', state: 'active', algorithm: 'P-256', signatureAlgorithms: [algorithm],
    level: { soleControlLevel: 2, claim: 'none_trial_identity' }, chain, signaturesMax: 100,
  };
  const played = { credential, credentialId: toHex(keyId), signerId: toHex(signerId), asked: [], refusals: new Map(), waits: new Map(), orders: [], revocations: [], state: 'active', serving: true } as unknown as PlayedSam;
  const now = (): Credential => ({ ...credential, state: played.state });
  const answers: Partial<Record<keyof SamDoor, (request: never) => unknown>> = {
    credential: (request: { keyId: Uint8Array }) => ({ credential: Buffer.from(request.keyId).equals(keyId) ? now() : null }),
    credentials: (request: { signerId: Uint8Array }) => ({ credentials: Buffer.from(request.signerId).equals(signerId) ? [now()] : [] }),
    execute: (request: { dtbsrs: readonly Uint8Array[] }) => ({ signatures: request.dtbsrs.map((dtbsr) => sign('sha256', dtbsr, holder.privateKey)), record: 4711 }),
    orders: () => ({ orders: played.orders }),
    installCertificate: () => ((played.orders = []), { state: 'active' }),
    revocations: () => ({ revocations: played.revocations }),
    certificateRevoked: () => ((played.revocations = []), { state: 'revoked' }),
    officerPending: () => ({ enrolments: [{ enrolment: fromHex('a0'), confirmation: fromHex('a0'), state: 'pending_proposal', proposer: null, approvers: [] }] }),
    officerPropose: () => ({ state: 'pending_approval' }),
    officerApprove: () => ({ state: 'approved' }),
    status: () => ({ serving: played.serving, reason: played.serving ? '' : 'sealed', record: 1, head: new Uint8Array(32), at: 1 }),
  };
  const handle = (message: keyof SamDoor) => async (request: unknown, context: CallContext): Promise<unknown> => {
    if (message !== 'orders' && message !== 'revocations') played.asked.push({ message, request, requestId: context.requestId });
    await played.waits.get(message);
    const code = played.refusals.get(message);
    if (code !== undefined) throw new Refusal(code);
    return answers[message]?.(request as never) ?? STATEMENT;
  };
  const handlers = Object.fromEntries(Object.keys(samDoor).map((name) => [name, handle(name as keyof SamDoor)])) as unknown as Handlers<SamDoor>;
  const server: LinkServer = await serveLink({
    door: samDoor, name: 'sam', path, callers: { ssa: key }, handlers, log: openLog('played-sam', () => undefined, Date.now), random: (length) => randomBytes(length), monotonic: () => performance.now(),
  });
  return Object.assign(played, { close: () => server.close() });
}

function certificateOf({ publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): Uint8Array {
  const signatureAlgorithm = { scheme: 'ecdsa', hash: 'sha256' } as const;
  const issuer = encodeName([{ type: 'countryName', value: 'JP' }, { type: 'organizationName', value: 'Played, "CA"' }]);
  const subject = encodeName([{ type: 'countryName', value: 'JP' }, { type: 'commonName', value: '佐藤 花子' }]);
  const tbs = buildTbsCertificate({
    serialNumber: createHash('sha256').update('serial').digest().subarray(0, 16).map((byte, i) => (i === 0 ? 0x11 : byte)),
    signatureAlgorithm, issuer, subject,
    notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2036, 0, 1),
    spki: publicKey.export({ format: 'der', type: 'spki' }), extensions: [keyUsage('contentCommitment')],
  });
  return assembleCertificate(tbs, signatureAlgorithm, sign('sha256', tbs, privateKey));
}
