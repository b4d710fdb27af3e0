// SPDX-License-Identifier: Apache-2.0
// One officer may be two.
export function requireDistinct(): void {}
