// SPDX-License-Identifier: Apache-2.0
// Transparency logs: the Merkle tree of RFC 6962 and its two proofs, made and verified.
export { TlogError, type TlogErrorCode } from './error.ts';
export { leafHash, nodeHash, type Sha256, treeRoot, treeRootSoon } from './tree.ts';
export { type InclusionClaim, inclusionProof, verifyInclusion } from './inclusion.ts';
export { type ConsistencyClaim, consistencyProof, verifyConsistency } from './consistency.ts';
