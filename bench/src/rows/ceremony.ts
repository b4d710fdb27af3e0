// SPDX-License-Identifier: Apache-2.0
import type { Bare } from '../bare/measure.ts';
import { type Crew, newContents, proveSigned } from '../crew.ts';
import { perSecond, rateOf } from '../rate.ts';
import type { Row } from '../row.ts';

/** All of it for one hash: pushed request, the signer's way through the IdP, prepare, authorise, token, signHash. One at a time for each signer. */
export async function measureCeremony({ bearer }: Crew, bare: Bare, seconds: number): Promise<Row> {
  const work = async (worker: number): Promise<number> => {
    const [content] = newContents(1) as [ReturnType<typeof newContents>[0]];
    const approval = await bearer[worker]!.approve([content]);
    const [signature] = await approval.signHash([content.hash]);
    proveSigned(bearer[worker]!, content, signature);
    return 1;
  };
  await work(0);
  const rate = await rateOf(work, { seconds, atOnce: bearer.length });
  return { name: `whole ceremony, ${bearer.length} signers at once`, figure: perSecond(rate), unit: 'ceremonies/s', ...rate, against: [bare.oneProcess, bare.everyCore] };
}
