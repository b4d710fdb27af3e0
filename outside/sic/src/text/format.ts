// SPDX-License-Identifier: Apache-2.0
// Times and sizes as a person reads them.
import type { Language } from './language.ts';

/** With the time zone where `zone` says so: where something is decided by the time. */
export function dateTime(language: Language, milliseconds: number, zone = false): string {
  const options: Intl.DateTimeFormatOptions =
    language === 'ja'
      ? { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }
      : { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false };
  return new Intl.DateTimeFormat(
    language === 'en' ? 'en-GB' : 'ja-JP',
    { ...options, ...(zone ? { timeZoneName: 'short' } : {}) },
  ).format(milliseconds);
}

export function date(language: Language, milliseconds: number): string {
  return new Intl.DateTimeFormat(
    language === 'en' ? 'en-GB' : 'ja-JP',
    { year: 'numeric', month: language === 'ja' ? 'long' : 'short', day: 'numeric' },
  ).format(milliseconds);
}

export function size(language: Language, bytes: number): string {
  const number = (value: number, digits: number): string => new Intl.NumberFormat(
    language,
    { maximumFractionDigits: digits },
  ).format(value);
  if (bytes < 1000) return `${number(bytes, 0)} B`;
  if (bytes < 1_000_000) return `${number(bytes / 1000, 0)} kB`;
  return `${number(bytes / 1_000_000, 1)} MB`;
}
