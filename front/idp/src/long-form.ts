// SPDX-License-Identifier: Apache-2.0
// oidc-provider reads 56 KiB of a form and no more. A pushed request for a thousand documents is longer; it is read here, for that one
// route, and handed over as text.
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '@sigillo/http';
import { fromUtf8 } from '@sigillo/standards/bytes';

const LIBRARY_BYTES_MAX = 56 * 1024;
/** A thousand digests with names, percent-encoded. */
export const FORM_BYTES_MAX = 1_048_576;

/** Takes the body of a request that says that it is longer than the library reads; any other is left as it is. */
export async function takeLongForm(request: IncomingMessage & { body?: unknown }): Promise<void> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared <= LIBRARY_BYTES_MAX) return;
  if (declared > FORM_BYTES_MAX) throw new HttpProblem(413, 'body_too_large');
  const chunks: Buffer[] = [];
  // Node reads no more than was declared.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  request.body = textOf(Buffer.concat(chunks));
}

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch (cause) {
    throw new HttpProblem(400, 'request_malformed', undefined, { cause });
  }
}
