// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { sha256 } from '@sigillo/wire';
import type { Bare } from '../bare/measure.ts';
import { played } from '../by-address.ts';
import type { Load } from '../load.ts';
import { percentile } from '../percentile.ts';
import { perSecond, rateOf } from '../rate.ts';
import type { Row } from '../row.ts';

/** Connections; each has one ceremony under way. */
const AT_ONCE = 16;
/** In a rhythm there are more, so that a slow one does not hold up the next. */
const IN_RHYTHM = 64;
const WARM_UP = 400;
/** Tickets for so many times the rate at the end of the warming up. */
const MORE = 2;

/** Prepare, the passkey, authorise, signHash: as fast as possible, and then in a rhythm of half that rate. */
export async function measureCeremony(load: Load, bare: Bare, seconds: number): Promise<Row[]> {
  const fast = await measureCeremonies(load, 'ceremony: prepare, authorise, signHash', seconds);
  const half = fast.figure / 2;
  await load.generator.ready({ count: Math.ceil(half * seconds) });
  const slow = await load.generator.perform({ seconds, connections: IN_RHYTHM, perSecond: half });
  load.prove(slow.sample);
  const steady = { figure: percentile(slow.tookMs, 0.99), unit: 'ms', count: slow.ceremonies, seconds: slow.seconds };
  return [
    { ...fast, against: [bare.oneProcess, bare.everyCore], target: { atLeast: 2000 } },
    { name: 'ceremony at half of that rate, p99', ...steady, ...timesOf(slow.tookMs), against: [], target: { atMost: 50 } },
  ];
}

export async function measureCeremonies({ generator, prove, watch }: Load, name: string, seconds: number): Promise<Row> {
  const warmUp = async (): Promise<number> => {
    await generator.ready({ count: WARM_UP });
    return WARM_UP / (await generator.perform({ seconds: Infinity, connections: AT_ONCE })).seconds;
  };
  await warmUp();
  await generator.ready({ count: Math.ceil(MORE * (await warmUp()) * seconds) });
  const usedSince = watch();
  const { ceremonies: count, sample, tookMs, seconds: took } = await generator.perform({ seconds, connections: AT_ONCE });
  const used = usedSince();
  prove(sample);
  const rate = { count, seconds: took };
  return { name, figure: perSecond(rate), unit: 'ceremonies/s', ...rate, used, ...timesOf(tookMs), against: [] };
}

const timesOf = (tookMs: readonly number[]) => ({ p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) });

/** All of it for one hash, with the IdP: pushed request, the signer's way through the IdP, prepare, authorise, token, signHash. One at a time for each signer. */
export async function measureWholeCeremony({ crew, prove }: Load, bare: Bare, seconds: number): Promise<Row> {
  const { approved } = await played();
  const work = async (worker: number): Promise<number> => {
    const { signer, application, holder } = crew[worker]!;
    const content = randomBytes(64);
    const approval = await approved(application, signer, [{ hash: sha256(content), label: 'file' }]);
    const [signature] = await approval.signHash([sha256(content)]);
    prove([{ keyId: holder.keyId, content, signature: signature! }]);
    return 1;
  };
  await work(0);
  const rate = await rateOf(work, { seconds, atOnce: crew.length });
  const name = `ceremony with the IdP, ${crew.length} signers at once`;
  return { name, figure: perSecond(rate), unit: 'ceremonies/s', ...rate, against: [bare.oneProcess, bare.everyCore] };
}
