// SPDX-License-Identifier: Apache-2.0
// One row in IndexedDB: the DPoP key of this browser.
import { type DpopKey, makeDpopKey } from './dpop-key.ts';

const DATABASE = 'sigillo';
const STORE = 'keys';
const ROW = 'dpop';

/** The key that is there, or a new one, kept. */
export async function keptDpopKey(): Promise<DpopKey> {
  const database = await open();
  try {
    const kept = await once<DpopKey | undefined>(database.transaction(STORE, 'readonly').objectStore(STORE).get(ROW));
    if (kept !== undefined) return kept;
    const fresh = await makeDpopKey();
    await once(database.transaction(STORE, 'readwrite').objectStore(STORE).put(fresh, ROW));
    return fresh;
  } finally {
    database.close();
  }
}

export async function forgetDpopKey(): Promise<void> {
  const database = await open();
  try {
    await once(database.transaction(STORE, 'readwrite').objectStore(STORE).delete(ROW));
  } finally {
    database.close();
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return once(request);
}

async function once<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser keeps no data for this page'));
  });
}
