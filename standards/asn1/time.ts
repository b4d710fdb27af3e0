// SPDX-License-Identifier: Apache-2.0
// Calendar times and milliseconds since 1970, UTC. The calendar is computed here because a pure room has no clock object.
import { Asn1Error } from './error.ts';

const DAY_MS = 86_400_000;

/** `YYMMDDHHMMSSZ`, for the years 1950 to 2049 (RFC 5280 section 4.1.2.5.1). */
export function utcTimeText(timeMs: number): string {
  const text = calendarText(timeMs);
  if (text < '1950' || text >= '2050') throw new Asn1Error('asn1_bad_time', 0);
  return `${text.slice(2)}Z`;
}

/** `YYYYMMDDHHMMSSZ`, whole seconds. */
export function generalizedTimeText(timeMs: number): string {
  return `${calendarText(timeMs)}Z`;
}

/** `YYYYMMDDHHMMSS.fffZ` without trailing zeros, and without the point where nothing follows (X.690 section 11.7). */
export function generalizedTimeTextExact(timeMs: number): string {
  const milliseconds = ((Math.floor(timeMs) % 1000) + 1000) % 1000;
  if (milliseconds === 0) return generalizedTimeText(timeMs);
  return `${calendarText(timeMs)}.${String(milliseconds).padStart(3, '0').replace(/0+$/, '')}Z`;
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in its DER spelling; null for any other text. Digits below 1 ms are cut off. */
export function parseTimeText(text: string, kind: 'utc' | 'generalized'): number | null {
  const pattern = kind === 'utc' ? /^(\d{2})(\d{10})()Z$/ : /^(\d{4})(\d{10})(?:\.(\d{0,8}[1-9]))?Z$/;
  const found = pattern.exec(text);
  if (found === null) return null;
  const year = kind === 'utc' ? century(found[1]!) + found[1]! : found[1]!;
  const timeMs = startOfSecond(year + found[2]!);
  if (timeMs === null) return null;
  return timeMs + Number((found[3] ?? '').padEnd(3, '0').slice(0, 3));
}

function century(twoDigits: string): string {
  return twoDigits >= '50' ? '19' : '20';
}

function startOfSecond(digits: string): number | null {
  const at = (start: number, length: number): number => Number(digits.slice(start, start + length));
  const timeMs = Date.UTC(at(0, 4), at(4, 2) - 1, at(6, 2), at(8, 2), at(10, 2), at(12, 2));
  return Number.isSafeInteger(timeMs) && timeMs >= FIRST_MS && calendarText(timeMs) === digits ? timeMs : null;
}

/** `YYYYMMDDHHMMSS` of the second that holds this moment. */
function calendarText(timeMs: number): string {
  if (!(timeMs >= FIRST_MS && timeMs < END_MS)) throw new Asn1Error('asn1_bad_time', 0);
  const days = Math.floor(timeMs / DAY_MS);
  const second = Math.floor((timeMs - days * DAY_MS) / 1000);
  const digits = (value: number, width: number): string => String(value).padStart(width, '0');
  return calendarDay(days) + digits(Math.floor(second / 3600), 2) + digits(Math.floor(second / 60) % 60, 2) + digits(second % 60, 2);
}

/** The Gregorian date, counted in years that begin on 1 March, so that the leap day is the last of its year. */
function calendarDay(daysSince1970: number): string {
  const days = daysSince1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return String(year).padStart(4, '0') + String(month).padStart(2, '0') + String(day).padStart(2, '0');
}

/** The years 0100 to 9999; `Date.UTC` gives other meanings to earlier ones. */
const FIRST_MS = Date.UTC(100, 0, 1);
const END_MS = Date.UTC(10_000, 0, 1);
