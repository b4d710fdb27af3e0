// SPDX-License-Identifier: Apache-2.0
// What the SDK's client would send, as bytes: its call to `fetch` is taken down instead of made. So the load is what an application sends,
// and costs nothing when it is sent.

/** Runs `call` until it would send a request, and gives the request. One at a time; nobody else may ask anything meanwhile. */
export async function writtenDown(call: () => Promise<unknown>): Promise<Uint8Array> {
  const real = globalThis.fetch;
  let taken: Uint8Array | undefined;
  globalThis.fetch = async (input, init) => {
    taken = await bytesOf(new Request(input, init));
    throw new Error('written down');
  };
  try {
    await call();
  } catch (cause) {
    // Without an answer the call fails, in whatever words its client has for that.
    if (taken === undefined) throw cause;
  } finally {
    globalThis.fetch = real;
  }
  if (taken === undefined) throw new Error('the client sent nothing');
  return taken;
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  const { host, pathname } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const headers = [['host', host], ...request.headers, ['content-length', String(body.length)]].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${request.method} ${pathname} HTTP/1.1\r\n${headers}\r\n`, 'latin1'), body]);
}
