// SPDX-License-Identifier: Apache-2.0
// TSTInfo (RFC 3161 section 2.4.2): what the time-stamping unit signs.
import {
  type Asn1Reader,
  boolean,
  explicit,
  generalizedTimeExact,
  implicit,
  integer,
  oid,
  raw,
  readDer,
  sequence,
  TAG,
} from '../asn1/index.ts';
import { readExtensionList } from '../x509/index.ts';
import { TspError } from './error.ts';
import { encodeImprint, type MessageImprint, readImprint } from './imprint.ts';

export type TimeStampInfo = {
  readonly policy: string;
  readonly imprint: MessageImprint;
  readonly serialNumber: Uint8Array;
  readonly genTimeMs: number;
  /** How far the true time may be from genTime, either way; null where the authority does not say. */
  readonly accuracyMs: number | null;
  readonly ordering: boolean;
  readonly nonce: Uint8Array | null;
  /** DER Name of the unit, as it stands in its certificate; null where it is not given, or not as a directory name. */
  readonly authorityName: Uint8Array | null;
};

export function encodeTimeStampInfo(info: TimeStampInfo): Uint8Array<ArrayBuffer> {
  const fields: Uint8Array[] = [
    integer(1),
    oid(info.policy),
    encodeImprint(info.imprint),
    integer(info.serialNumber),
    generalizedTimeExact(info.genTimeMs),
  ];
  if (info.accuracyMs !== null) fields.push(encodeAccuracy(info.accuracyMs));
  if (info.ordering) fields.push(boolean(true));
  if (info.nonce !== null) fields.push(integer(info.nonce));
  // GeneralName directoryName is [4], explicit as every tag on a CHOICE.
  if (info.authorityName !== null) fields.push(explicit(0, explicit(4, raw(info.authorityName))));
  return sequence(...fields);
}

export function parseTimeStampInfo(bytes: Uint8Array): TimeStampInfo {
  const fields = readDer(bytes, { sizeBytesMax: 16_384, depthMax: 16, elementsMax: 1000 }).sequence();
  if (fields.integer() !== 1) throw new TspError('tsp_version');
  const policy = fields.oid();
  const imprint = readImprint(fields);
  const serialNumber = fields.integerBytes();
  const genTimeMs = fields.generalizedTimeMs();
  const accuracyMs = fields.tag === TAG.sequence ? readAccuracy(fields.sequence()) : null;
  const ordering = fields.defaultFalse();
  const nonce = fields.tag === TAG.integer ? fields.integerBytes() : null;
  const authorityName = readDirectoryName(fields.optionalExplicit(0));
  requireNothingCritical(fields.optionalImplicit(1, TAG.sequence));
  fields.end();
  return { policy, imprint, serialNumber, genTimeMs, accuracyMs, ordering, nonce, authorityName };
}

function encodeAccuracy(accuracyMs: number): Uint8Array {
  const seconds = Math.floor(accuracyMs / 1000);
  const milliseconds = accuracyMs % 1000;
  return sequence(...(seconds > 0 ? [integer(seconds)] : []), ...(milliseconds > 0 ? [implicit(0, integer(milliseconds))] : []));
}

function readAccuracy(fields: Asn1Reader): number {
  const seconds = fields.tag === TAG.integer ? fields.integer(1_000_000) : 0;
  const milliseconds = fields.optionalImplicit(0, TAG.integer)?.integer(999) ?? 0;
  const microseconds = fields.optionalImplicit(1, TAG.integer)?.integer(999) ?? 0;
  fields.end();
  return seconds * 1000 + milliseconds + microseconds / 1000;
}

function readDirectoryName(tagged: Asn1Reader | undefined): Uint8Array | null {
  if (tagged === undefined) return null;
  const directory = tagged.optionalExplicit(4);
  if (directory === undefined) return null;
  const name = directory.take(TAG.sequence).encoded;
  directory.end();
  return name;
}

function requireNothingCritical(extensions: Asn1Reader | undefined): void {
  if (extensions !== undefined && readExtensionList(extensions.sequence()).some(({ critical }) => critical))
    throw new TspError('tsp_extension');
}
