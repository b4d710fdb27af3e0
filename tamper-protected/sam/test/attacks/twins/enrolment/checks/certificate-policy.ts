// SPDX-License-Identifier: Apache-2.0
// A certificate under any policy is installed.
export function requireCertificatePolicy(): void {}
