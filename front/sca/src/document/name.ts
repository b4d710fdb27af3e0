// SPDX-License-Identifier: Apache-2.0
import { HttpProblem } from '@sigillo/http';

const NAME_UNITS_MAX = 200;

/** The name from its header: percent-encoded UTF-8. It is shown to the signer, so it has one spelling and nothing that cannot be seen. */
export function readDocumentName(values: readonly string[] | undefined): string {
  const [value] = values ?? [];
  if (value === undefined || values!.length > 1 || !/^[\x21-\x7e]{1,4096}$/.test(value)) throw malformed();
  const name = decoded(value).normalize('NFC');
  if (name.trim() === '' || name.length > NAME_UNITS_MAX || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/u.test(name)) throw malformed();
  return name;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): HttpProblem {
  return new HttpProblem(400, 'document_name_malformed', 'x-document-name is the name of the document, percent-encoded UTF-8', { cause });
}
