// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'preact/hooks';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly cause: unknown };

/** Loads once, and again when told to. A screen that is left before its answer came is not changed any more. */
export function useLoaded<T>(load: () => Promise<T>): {
  readonly loaded: Loaded<T>;
  readonly again: () => void;
  readonly replace: (value: T) => void;
} {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let here = true;
    setLoaded({ state: 'loading' });
    load().then(
      (value) => here && setLoaded({ state: 'ready', value }),
      (cause: unknown) => here && setLoaded({ state: 'failed', cause }),
    );
    return () => {
      here = false;
    };
  }, [round]);
  const again = useCallback(() => setRound((number) => number + 1), []);
  const replace = useCallback((value: T) => setLoaded({ state: 'ready', value }), []);
  return { loaded, again, replace };
}
