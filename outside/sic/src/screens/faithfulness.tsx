// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useDesk } from '../desk.ts';
import { Details, type DetailRow } from '../parts/details.tsx';
import type { DocumentLook } from '../parts/document-frame.tsx';
import { Name } from '../parts/text.tsx';
import { NOTICE_CODES, type Notice, type NoticeCode } from '../viewer/protocol.ts';

/** What could not be shown faithfully, in plain words, once for each kind and document; the viewer's own words are folded away. */
export function Faithfulness({ names, looks }: {
  readonly names: readonly string[];
  readonly looks: readonly DocumentLook[];
}): VNode | null {
  const { text } = useDesk();
  const total = looks.reduce((sum, look) => sum + look.notices.length, 0);
  if (total === 0) return null;
  const rows = looks.flatMap((look, at) => look.notices.map((notice, number): DetailRow => [
    `${text.details.viewer} ${at + 1}.${number + 1}`,
    `${notice.code} ${notice.text}`.trim(),
  ]));
  // A stand-in for a font that is not in the file changes the look of letters and nothing else.
  const harmless = looks.every((look) => look.notices.every((notice) => notice.code === 'font_substitute'));
  return (
    <div class={harmless ? 'note' : 'note warn'} data-testid="document-notices" data-count={total}>
      <p class="lead">{harmless ? text.document.substituted : text.document.unfaithful}</p>
      {looks.map((look, at) => look.notices.length > 0 && <NoticesOf key={at} name={looks.length > 1 ? names[at]! : null} notices={look.notices} />)}
      <p>{harmless ? text.document.substitutedHint : text.document.unfaithfulHint}</p>
      <Details rows={rows} />
    </div>
  );
}

function NoticesOf({ name, notices }: { readonly name: string | null; readonly notices: readonly Notice[] }): VNode {
  const { text } = useDesk();
  return (
    <>
      {name !== null && (
        <p>
          <Name>{name}</Name>
        </p>
      )}
      <ul>
        {NOTICE_CODES.filter((code) => notices.some((notice) => notice.code === code)).map((code) => (
          <li key={code} data-notice={code}>
            {text.document.notices[code]} {pagesOf(code, notices, text.document.onPages)}
          </li>
        ))}
      </ul>
    </>
  );
}

function pagesOf(code: NoticeCode, notices: readonly Notice[], words: (pages: string) => string): string {
  const pages = notices.filter((notice) => notice.code === code && notice.page > 0).map((notice) => notice.page);
  return pages.length === 0 ? '' : `(${words([...new Set(pages)].join(', '))})`;
}
