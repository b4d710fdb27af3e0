// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from '@sigillo/standards/x509';
import { SamRefusal } from '../../refusals.ts';

const DAY_MS = 86_400_000;
/** A CA may date a certificate a little back. */
const SLACK_MS = DAY_MS;

/** Valid now, and for no longer than was ordered. */
export function requireCertificateValidity({ notBeforeMs, notAfterMs }: Certificate, days: number, nowMs: number): void {
  if (nowMs < notBeforeMs || nowMs > notAfterMs || notAfterMs - notBeforeMs > days * DAY_MS + SLACK_MS)
    throw new SamRefusal('certificate_validity');
}
