// SPDX-License-Identifier: Apache-2.0
// A redirection is an answer like any other.
export function requireNoRedirect(): void {}
