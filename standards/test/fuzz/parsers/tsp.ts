// SPDX-License-Identifier: Apache-2.0
// Requests are written again from what was read. TSTInfo is too, where nothing stands in it that means nothing to us (extensions, a name of another kind,
// microseconds); otherwise it is compared as DER. Responses and tokens of others may be BER.
import { parseTimeStampInfo, encodeTimeStampInfo, encodeGrantedResponse, encodeRejectedResponse, encodeTimeStampRequest, parseTimeStampRequest, parseTimeStampResponse, parseTimeStampToken, type TimeStampInfo, TspError } from '@sigillo/standards/tsp';
import { CmsError, CONTENT_TYPE } from '@sigillo/standards/cms';
import { derMutation } from '../mutate-der.ts';
import type { Parser } from '../parser.ts';
import { sampleSignedData } from './cms.ts';
import { derAgain } from './der-again.ts';
import { isDerRefusal, refusesWith } from './refusals.ts';
import { filler, NAME } from './sample-der.ts';

const isOwn = refusesWith(TspError, CmsError);

function parser(name: string, valid: readonly Uint8Array[], respell: (input: Uint8Array) => Uint8Array): Parser<Uint8Array> {
  return { name, valid, mutations: [derMutation], isRefusal: (error) => isOwn(error) || isDerRefusal(error), respell, share: 1 / 5 };
}

const imprint = { hash: 'sha256', digest: filler(32, 1) } as const;
const REQUESTS = [
  encodeTimeStampRequest({ imprint, policy: '2.999.7', nonce: filler(8, 0x11), certificateRequested: true }),
  encodeTimeStampRequest({ imprint: { hash: 'sha512', digest: filler(64, 2) }, policy: null, nonce: null, certificateRequested: false }),
];
const INFO: TimeStampInfo = {
  policy: '2.999.7',
  imprint,
  serialNumber: filler(9, 0x21),
  genTimeMs: Date.UTC(2026, 10, 21, 12) + 250,
  accuracyMs: 1500,
  ordering: true,
  nonce: filler(8, 0x11),
  authorityName: NAME,
};
const INFOS = [INFO, { ...INFO, genTimeMs: Date.UTC(2026, 0, 1), accuracyMs: null, ordering: false, nonce: null, authorityName: null }].map(encodeTimeStampInfo);
const TOKEN = sampleSignedData(CONTENT_TYPE.timeStampInfo, INFOS[1]!);

export const ofTsp: readonly Parser<Uint8Array>[] = [
  parser('time-stamp-request', REQUESTS, (input) => encodeTimeStampRequest(parseTimeStampRequest(input))),
  parser('time-stamp-info', INFOS, (input) => {
    const info = parseTimeStampInfo(input);
    const ours = Number.isInteger(info.accuracyMs ?? 0) ? encodeTimeStampInfo(info) : input;
    return ours.length === input.length ? ours : derAgain(input);
  }),
  parser('time-stamp-response', [encodeGrantedResponse(TOKEN), encodeRejectedResponse('badAlg', 'no such algorithm')], (input) => {
    const response = parseTimeStampResponse(input);
    if (response.outcome === 'granted') parseTimeStampToken(response.token);
    return input;
  }),
];
