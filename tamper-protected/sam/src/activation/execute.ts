// SPDX-License-Identifier: Apache-2.0
// Execute: an application asks for signatures over approved items. EXECUTING is durable before the module is asked, RELEASED before a
// signature leaves. After a crash between the two nobody signs those items again under this approval. The database is not read.
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { LIST_MAX } from '@sigillo/doors/sap';
import { array, bytesUpTo, encode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { executingDetail, releasedDetail, releasedPersonal } from '../journal/details.ts';
import { type RefusalCode, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { stopKey } from '../stop.ts';
import { isStopped } from './checks/stopped.ts';
import { requirePresented } from './checks/presented.ts';
import { requireStillValid } from './checks/still-valid.ts';
import { takeItems } from './match-items.ts';
import type { AuthorisedOperation, ReleasedCall } from './operations.ts';
import { recordedActivation } from './proofs.ts';
import { repeatCall } from './repeat.ts';
import { spend } from './spend.ts';
import { endOperation } from './spent.ts';

export type ExecuteRequest = Request<(typeof samDoor)['execute']>;

/** How many refused calls of one operation the journal takes. */
const REFUSALS_MAX = 16;
const list = array(bytesUpTo(64, 1), LIST_MAX);

export async function execute(state: State, request: ExecuteRequest): Promise<Answer<(typeof samDoor)['execute']>> {
  const call = sha256(encode(list, request.dtbsrs));
  const operation = state.operations.authorised(toHex(request.handle));
  if (operation === undefined) return repeatCall(state, request, call);
  let released: Promise<ReleasedCall>;
  try {
    released = joinOrBegin(state, operation, request, call);
  } catch (cause) {
    await recordRefused(state, operation, cause);
    throw cause;
  }
  return released;
}

/** Everything up to the taking of the items happens at once; the same ordered list again joins the call that took them. */
function joinOrBegin(state: State, operation: AuthorisedOperation, request: ExecuteRequest, call: Uint8Array): Promise<ReleasedCall> {
  requirePresented(operation.issued, request);
  const known = operation.calls.get(toHex(call));
  if (known !== undefined) return known;
  requireStillValid(state, operation);
  const indices = takeItems(operation, request.dtbsrs, state.deployment.policy.wholeListInOrder);
  const released = run(state, operation, call, indices);
  operation.calls.set(toHex(call), released);
  holdKey(state, operation, released);
  return released;
}

/** A freeze of the key waits for this call. */
function holdKey(state: State, operation: AuthorisedOperation, released: Promise<unknown>): void {
  const key = toHex(operation.issued.intent.keyId);
  const calls = state.underWay.get(key) ?? new Set();
  state.underWay.set(key, calls);
  calls.add(released);
  void Promise.allSettled([released]).then(() => {
    calls.delete(released);
    if (calls.size === 0 && state.underWay.get(key) === calls) state.underWay.delete(key);
  });
}

async function run(state: State, operation: AuthorisedOperation, call: Uint8Array, indices: readonly number[]): Promise<ReleasedCall> {
  operation.running += 1;
  try {
    return await signItems(state, operation, call, indices);
  } finally {
    operation.running -= 1;
    if (operation.running === 0) await endIfOver(state, operation);
  }
}

/** The last call that was under way ends an operation of which nothing can be signed any more. */
async function endIfOver(state: State, operation: AuthorisedOperation): Promise<void> {
  if (operation.ended) return;
  if (operation.left === 0) {
    state.operations.end(operation);
    // The last call had the module let go of the key; one before it may have come later there.
    if (operation.calls.size > 1) state.cryptoModule.forget(operation.issued.intent.keyId, operation.issued.challenge);
  } else if (!state.index.unchanged(operation.issued.seen)) await endOperation(state, 'unused', operation, 'key_frozen', []).durable;
}

async function signItems(
  state: State,
  operation: AuthorisedOperation,
  call: Uint8Array,
  indices: readonly number[],
): Promise<ReleasedCall> {
  const { issued, handle } = operation;
  const { intent, challenge } = issued;
  const about = { signerId: intent.signerId, keyId: intent.keyId, clientId: intent.clientId, operation: challenge };
  const executing = state.journal.append({ ...about, event: 'executing', detail: encode(executingDetail, { handle, call, indices }) });
  for (const index of indices) operation.executing.add(index);
  await executing.durable;
  try {
    return await askModule(state, operation, call, indices, executing.record.number);
  } catch (cause) {
    if (!indices.some((index) => operation.executing.has(index))) throw cause;
    // Something broke that nobody thought of: these items are in doubt.
    state.powers.log.error('execute_failed', { code: 'crypto_module_lost' }, cause);
    return fail(state, operation, indices, 'indeterminate', 'crypto_module_lost');
  }
}

async function askModule(
  state: State,
  operation: AuthorisedOperation,
  call: Uint8Array,
  indices: readonly number[],
  record: number,
): Promise<ReleasedCall> {
  if (isStopped(operation, state.index)) return fail(state, operation, indices, 'spent', 'key_frozen');
  const outcome = await spend(state, recordedActivation({ operation, indices, record }));
  switch (outcome.kind) {
    case 'signed':
      return release(state, operation, call, indices, outcome.signatures);
    case 'wrong':
      await stopKey(state, operation.issued.intent.keyId, 'suspended', 'signature_wrong').catch((cause: unknown) =>
        state.powers.log.error('key_not_suspended', { code: 'signature_wrong' }, cause),
      );
      return fail(state, operation, indices, 'indeterminate', 'signature_wrong');
    case 'refused':
      state.powers.log.error('crypto_module_refused', { code: outcome.code });
      return fail(state, operation, indices, 'indeterminate', 'crypto_module_refused');
    case 'lost':
      return fail(state, operation, indices, 'indeterminate', 'crypto_module_lost');
    case 'not_reached':
      return fail(state, operation, indices, 'spent', 'crypto_module_not_reached');
  }
}

async function release(
  state: State,
  operation: AuthorisedOperation,
  call: Uint8Array,
  indices: readonly number[],
  signatures: readonly Uint8Array[],
): Promise<ReleasedCall> {
  const { issued, handle } = operation;
  const { intent, items, challenge, subjectKey, challengeKey } = issued;
  const personal = subjectKey.seal(
    `released ${challengeKey} ${toHex(call)}`,
    encode(releasedPersonal, { names: indices.map((index) => items[index]!.name), signatures }),
  );
  const { record, durable } = state.journal.append({
    event: 'released',
    signerId: intent.signerId,
    keyId: intent.keyId,
    clientId: intent.clientId,
    operation: challenge,
    detail: encode(releasedDetail, { handle, call, indices }),
    personal,
  });
  for (const index of indices) operation.executing.delete(index);
  await durable;
  return { signatures, record: record.number };
}

/** The items of this call are gone, and the rest of the operation with them. */
async function fail(
  state: State,
  operation: AuthorisedOperation,
  indices: readonly number[],
  event: 'spent' | 'indeterminate',
  code: RefusalCode,
): Promise<never> {
  for (const index of indices) operation.executing.delete(index);
  await endOperation(state, event, operation, code, indices).durable;
  throw new SamRefusal(code);
}

async function recordRefused(state: State, operation: AuthorisedOperation, cause: unknown): Promise<void> {
  if (!(cause instanceof SamRefusal) || operation.refusals >= REFUSALS_MAX) return;
  operation.refusals += 1;
  const { intent, challenge } = operation.issued;
  await state.journal.append({
    event: 'refused',
    code: cause.code,
    signerId: intent.signerId,
    keyId: intent.keyId,
    clientId: intent.clientId,
    operation: challenge,
  }).durable;
}
