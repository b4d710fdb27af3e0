// SPDX-License-Identifier: Apache-2.0
// Without line 5: nobody reads what the page said that it answers to.
export function readClientData(): void {}
