// SPDX-License-Identifier: Apache-2.0

/** What an HTTP caller is told (RFC 9457): a status, a stable code, and at most a constant sentence. The cause goes to the log. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  /** Seconds for `Retry-After`, where trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, detail?: string, options?: ErrorOptions & { readonly retryAfterSeconds?: number }) {
    super(code, options);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  body(): Record<string, unknown> {
    return { type: 'about:blank', title: TITLES[this.status] ?? 'Error', status: this.status, code: this.code, ...(this.detail === undefined ? {} : { detail: this.detail }) };
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** JSON schema of a problem, for the OpenAPI documents. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' } },
} as const;
