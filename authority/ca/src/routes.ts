// SPDX-License-Identifier: Apache-2.0
// What anybody may ask the CA over HTTP: its certificates, its lists, the status of a certificate.
import { HttpProblem, type HttpDoor, type HttpReply } from '@sigillo/http';
import type { Certificate } from '@sigillo/standards/x509';
import { fromBase64, SpellingError } from '@sigillo/standards/bytes';
import type { CaKey } from './authority.ts';
import type { Status } from './status.ts';

export const OCSP_REQUEST_BYTES_MAX = 16_384;

export function addStatusRoutes(door: HttpDoor, authority: { readonly root: Certificate; readonly issuing: Certificate; readonly status: Status }): void {
  door.addContentTypeParser('application/ocsp-request', { parseAs: 'buffer', bodyLimit: OCSP_REQUEST_BYTES_MAX }, (_request, body, done) => done(null, body));
  for (const issuer of ['root', 'issuing'] as const satisfies readonly CaKey[]) {
    const certificate = authority[issuer].encoded;
    door.get(`/${issuer}.der`, { schema: binary('Certificate, DER', 'application/pkix-cert') }, (_request, reply) => send(reply, 'application/pkix-cert', certificate));
    door.get(`/${issuer}.crl`, { schema: binary('CertificateList, DER', 'application/pkix-crl') }, async (_request, reply) =>
      send(reply, 'application/pkix-crl', await authority.status.list(issuer)),
    );
  }
  const schema = binary('OCSPResponse, DER', 'application/ocsp-response');
  door.post('/ocsp', { schema }, async (request, reply) => {
    if (!(request.body instanceof Uint8Array)) throw new HttpProblem(415, 'media_type_not_supported', 'application/ocsp-request is expected');
    return send(reply, 'application/ocsp-response', await authority.status.answer(request.body));
  });
  // RFC 6960 appendix A.1: the request in base64, percent-encoded, as the rest of the path.
  door.get('/ocsp/*', { schema }, async (request, reply) => send(reply, 'application/ocsp-response', await authority.status.answer(fromPath((request.params as { '*': string })['*']))));
}

function fromPath(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new HttpProblem(400, 'request_malformed', 'the path is not base64', { cause });
    throw cause;
  }
}

function send(reply: HttpReply, type: string, bytes: Uint8Array): HttpReply {
  return reply.type(type).serializer((payload: unknown) => payload as string).send(Buffer.from(bytes));
}

function binary(description: string, type: string): Record<string, unknown> {
  return { response: { 200: { description, content: { [type]: { schema: { type: 'string', format: 'binary' } } } } } };
}
