// SPDX-License-Identifier: Apache-2.0
// The files of another deployment start this SAM too.
export function requireSameDeployment(): void {}
