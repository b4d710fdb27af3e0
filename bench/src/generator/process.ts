// SPDX-License-Identifier: Apache-2.0
// The load: signers, their pages and an application, as whole HTTP/1.1 requests over connections that stay open, with one request under way
// on each. While the clock runs it does as little as it can, because it competes with what it measures. Started by generator.ts.
import { Client } from '../client/approval.ts';
import { Issuer } from '../client/issuer.ts';
import type { Holder, Setting } from '../client/setting.ts';
import { Ceremonies } from './ceremonies.ts';
import { Signatures } from './signatures.ts';

/** What it is asked, one at a time; every answer is the result of the method of that name. */
export type Asked =
  | { readonly method: 'open'; readonly setting: Setting; readonly holders: readonly Holder[] }
  | { readonly method: 'approve'; readonly options: Parameters<Signatures['approve']>[0] }
  | { readonly method: 'sign'; readonly options: Parameters<Signatures['sign']>[0] }
  | { readonly method: 'ready'; readonly options: Parameters<Ceremonies['ready']>[0] }
  | { readonly method: 'perform'; readonly options: Parameters<Ceremonies['perform']>[0] };

let load: { readonly signatures: Signatures; readonly ceremonies: Ceremonies } | undefined;

process.on('message', (asked: Asked) => {
  void answer(asked).then(
    (done) => process.send!({ done }),
    (cause: unknown) => process.send!({ fault: cause instanceof Error ? (cause.stack ?? cause.message) : 'no reason' }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send!({ done: undefined });

async function answer(asked: Asked): Promise<unknown> {
  if (asked.method === 'open') return open(asked.setting, asked.holders);
  if (load === undefined) throw new Error('nobody was named whom to ask');
  switch (asked.method) {
    case 'approve': return load.signatures.approve(asked.options);
    case 'sign': return load.signatures.sign(asked.options);
    case 'ready': return load.ceremonies.ready(asked.options);
    case 'perform': return load.ceremonies.perform(asked.options);
  }
}

function open(setting: Setting, holders: readonly Holder[]): void {
  const client = new Client(setting, new Issuer(setting));
  load = { signatures: new Signatures(setting, client, holders), ceremonies: new Ceremonies(setting, client, holders) };
}
