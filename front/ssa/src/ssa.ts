// SPDX-License-Identifier: Apache-2.0
// The server signing application, wired: one HTTP door for applications (CSC), pages and officers, a line to the SAM, a carrier to the CA.
import { openHttpDoor, rateLimit, type HttpDoor } from '@sigillo/http';
import { toHex } from '@sigillo/standards/bytes';
import { AccessTokens } from './caller/access-tokens.ts';
import { Callers } from './caller/caller.ts';
import { Possession } from './caller/possession.ts';
import { REVOKED_READ_MS, revokedTokens } from './caller/revoked-tokens.ts';
import type { SsaConfig } from './config.ts';
import { renderCsc } from './csc/problem.ts';
import { addCscRoutes, CSC_BASE } from './csc/routes.ts';
import { serviceInfo } from './info.ts';
import { Line } from './line/line.ts';
import { addOfficerRoutes, OFFICER_ROUTES } from './officer/routes.ts';
import { openCourier } from './courier.ts';
import type { Powers } from './powers.ts';
import type { PublicFiles } from './public-files.ts';
import { readiness } from './readiness.ts';
import { addSignerRoutes } from './signer/routes.ts';

export type SsaSettings = Pick<SsaConfig, 'credentialTokenKey' | 'revokedTokens' | 'info' | 'burst' | 'perMinute' | 'callsMax' | 'requestsMax' | 'samDeadlineMs'>;

export interface Ssa {
  readonly door: HttpDoor;
  stop(): Promise<void>;
}

/** Freezing a key, and officers: they do not wait behind those who want signatures. */
const OWN_LANE = {
  paths: ['/signer/v1/freeze', ...OFFICER_ROUTES.map(({ path }) => `/officer/v1/${path}`)],
  messages: ['freeze', ...OFFICER_ROUTES.map(({ message }) => message)],
} as const;
const AUDIENCE_OF_PAGES = 'urn:sigillo:signer';

export async function openSsa(settings: SsaSettings, files: PublicFiles, powers: Powers): Promise<Ssa> {
  const { nowSeconds, monotonic, log } = powers;
  const { deployment } = files;
  const requestId = (): string => toHex(powers.random(16));
  const revoked = revokedTokens(settings.revokedTokens, nowSeconds);
  revoked.read();
  const reading = setInterval(() => revoked.read(), REVOKED_READ_MS);
  reading.unref();
  const audiences = { signer: AUDIENCE_OF_PAGES, csc: `${deployment.ssaUrl}${CSC_BASE}`, officer: `${deployment.ssaUrl}/officer/v1` };
  const sharedKey = settings.credentialTokenKey;
  const tokens = new AccessTokens({ issuer: deployment.issuer, audiences, idpKeys: files.idpKeys, sharedKey, revoked, nowSeconds });
  const callers = new Callers({ tokens, possession: new Possession(nowSeconds), clients: files.clients, url: deployment.ssaUrl });
  const sam = new Line(powers.sam, settings.callsMax ?? 1024, OWN_LANE.messages, settings.samDeadlineMs);
  const limit = rateLimit({ burst: settings.burst ?? 60, perMinute: settings.perMinute ?? 120, monotonic });
  const door = await openHttpDoor({
    title: 'Sigillo: server signing application',
    version: '1',
    origins: [deployment.signOrigin, deployment.officerOrigin],
    ...(settings.requestsMax === undefined ? {} : { requestsMax: settings.requestsMax }),
    ownLane: OWN_LANE.paths,
    log,
    requestId,
    ready: readiness(powers.sam, revoked, { requestId, monotonic }),
    renderError: (problem, request) => (request.url.startsWith('/csc/') ? renderCsc(problem) : undefined),
  });
  const courier = openCourier({ sam: powers.sam, ca: powers.ca, log, requestId, monotonic });
  addCscRoutes(door, { sam, callers, limit, info: serviceInfo(settings.info, deployment.issuer, files.keyAlgorithm), nowSeconds });
  addSignerRoutes(door, { sam, callers, limit });
  addOfficerRoutes(door, { sam, callers, decided: () => courier.look() });
  return {
    door,
    stop: async () => {
      clearInterval(reading);
      courier.stop();
      await door.close();
    },
  };
}
