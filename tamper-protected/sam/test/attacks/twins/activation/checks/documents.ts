// SPDX-License-Identifier: Apache-2.0
// Any number of documents, seen or not.
export function requireDocuments(): void {}
