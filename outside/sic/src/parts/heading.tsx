// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** The title of a screen. It takes the focus when the screen appears, so that keyboard and screen reader begin there. */
export function Heading({ children, title }: { readonly children: ComponentChildren; readonly title: string }): VNode {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sigillo`;
    ref.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
