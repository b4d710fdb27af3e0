// SPDX-License-Identifier: Apache-2.0

/** Everything of a request but its body. */
export function headOf(url: string, headers: Readonly<Record<string, string>>): string {
  const { host, pathname } = new URL(url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n${lines.join('')}`;
}

/** The bytes of a whole request. */
export function requestOf(head: string, body: object): Uint8Array {
  const text = JSON.stringify(body);
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`, 'utf8');
}
