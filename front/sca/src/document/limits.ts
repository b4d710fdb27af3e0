// SPDX-License-Identifier: Apache-2.0

export interface DocumentLimits {
  readonly documentBytesMax: number;
  readonly documentsPerOwnerMax: number;
  /** Of one owner's documents, counted as all are. */
  readonly ownerBytesMax: number;
  readonly arrivingPerOwnerMax: number;
  readonly documentsMax: number;
  /** Of all documents together, those that are still arriving counted with what they announced. */
  readonly spoolBytesMax: number;
}

export const DEFAULT_LIMITS: DocumentLimits = {
  documentBytesMax: 100_000_000,
  documentsPerOwnerMax: 20,
  ownerBytesMax: 500_000_000,
  arrivingPerOwnerMax: 3,
  documentsMax: 1000,
  spoolBytesMax: 8_000_000_000,
};

/** Since it arrived, whatever became of it. */
export const LIFETIME_MS_MAX = 24 * 3600 * 1000;
/** Since its signing ended. */
export const LIFETIME_AFTER_END_MS = 3600 * 1000;
export const SWEEP_MS = 30_000;
