// SPDX-License-Identifier: Apache-2.0
// What reads DER may refuse with the error of its own folder, and with those of the folders that it stands on.
import { AlgorithmError } from '@sigillo/standards/algorithms';
import { Asn1Error } from '@sigillo/standards/asn1';
import { X509Error } from '@sigillo/standards/x509';

type ErrorClass = abstract new (...parts: never[]) => Error;

export function refusesWith(...classes: readonly ErrorClass[]): (error: unknown) => boolean {
  return (error) => classes.some((one) => error instanceof one);
}

export const isDerRefusal: (error: unknown) => boolean = refusesWith(Asn1Error, AlgorithmError, X509Error);

export function isDerRefusalOr(own: ErrorClass): (error: unknown) => boolean {
  return refusesWith(Asn1Error, AlgorithmError, X509Error, own);
}
