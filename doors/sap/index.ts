// SPDX-License-Identifier: Apache-2.0
// SAP/1: the bodies that passkeys and the SAM sign. Pages, the SAM, the IdP and the CA read them with the same table.
export * from './enrolment.ts';
export * from './intent.ts';
export * from './kinds.ts';
export * from './list-form.ts';
export * from './statements.ts';
export * from './stop.ts';
export * from './tags.ts';
