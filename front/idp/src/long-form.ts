// SPDX-License-Identifier: Apache-2.0
// oidc-provider reads 56 KiB of a form and no more. A pushed request for a thousand documents is longer; it is read here, for that one
// route, and handed over as text.
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '@sigillo/http';
import { fromUtf8 } from '@sigillo/standards/bytes';
import { requireFormLength } from './provider/checks/form-length.ts';

const LIBRARY_BYTES_MAX = 56 * 1024;

/** Takes the body of a request that says that it is longer than the library reads; any other is left as it is. */
export async function takeLongForm(request: IncomingMessage & { body?: unknown }): Promise<void> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared <= LIBRARY_BYTES_MAX) return;
  requireFormLength(declared);
  request.body = await readText(request);
}

/** Node reads no more than was declared; a body that breaks off, or is no text, is a malformed request. */
async function readText(request: IncomingMessage): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return fromUtf8(Buffer.concat(chunks));
  } catch (cause) {
    throw new HttpProblem(400, 'request_malformed', undefined, { cause });
  }
}
