// SPDX-License-Identifier: Apache-2.0
// The SSA as whoever found, stole or made up a token meets it. It holds no key and no journal: what it turns back never comes to the SAM,
// which here counts what it is asked to sign.
import { attackByConstruction, attacksOn } from '@sigillo/standards/test/attacks';
import type { Answer, House, openHouse } from '../played/house.ts';

export { attackByConstruction };
export type { Strike } from '@sigillo/standards/test/attacks';

/** An answer that was a refusal; its code is the most telling that it has. */
export class Refused extends Error {
  readonly code: string;

  constructor({ json }: Answer) {
    const description = typeof json['error_description'] === 'string' ? json['error_description'] : '';
    super(description);
    this.code = /^(?:Invalid parameter|Missing)/.test(description) ? description : String(json['error'] ?? json['code']);
  }
}

export async function accepted(answer: Promise<Answer>): Promise<Answer> {
  const given = await answer;
  if (given.status !== 200) throw new Refused(given);
  return given;
}

const STAGE = {
  room: 'front/ssa',
  entry: 'test/played/house.ts',
  open: (entry: { readonly openHouse: typeof openHouse }): Promise<House> => entry.openHouse({ burst: 1000 }),
  close: (house: House): Promise<void> => house.close(),
  traces: (house: House) => Promise.resolve({
    signatures: house.sam.asked.filter(({ message }) => message === 'execute').length,
    records: [],
  }),
  codeOf: (cause: { readonly code?: unknown }): unknown => cause.code,
};

export const { attack } = attacksOn(STAGE);
