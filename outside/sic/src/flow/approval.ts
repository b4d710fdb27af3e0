// SPDX-License-Identifier: Apache-2.0
// One approval from the ticket to the receipt (`flow.md` 5 rows 6 to 13). Its rules: nothing is put before a passkey that did not pass
// every check; once a passkey has answered, only a signed statement of the SAM decides what comes next, and the passkey is not asked
// again before.
import type { OutcomeStatement, passkeyView } from '@sigillo/doors/sap';
import type { ValueOf } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { type CheckedIntent, requireSameQuestion } from '../checks/intent.ts';
import type { SeenDocument } from '../checks/item-list.ts';
import { checkPrepared, type PreparedDocument, requireCertificate } from '../checks/prepared.ts';
import { type Approval, approvalHashes, checkReceipt } from '../checks/receipt.ts';
import type { SignedAnswer } from '../checks/statement.ts';
import { readTicket, type Ticket } from '../checks/ticket.ts';
import { DoorError } from '../doors/door-error.ts';
import { approvedUrl, declinedUrl, type IdpDoor } from '../doors/idp.ts';
import type { ScaDoor } from '../doors/sca.ts';
import type { SsaDoor } from '../doors/ssa.ts';
import { type AssertionJson, assertionJson, type askPasskey, PasskeyError } from '../passkey/passkey.ts';
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';
import type { Session } from '../session/session.ts';
import { forgetOpenApproval, keepNotes, keepOpenApproval, openApproval, type OpenApproval } from '../state/approvals.ts';
import { keepLastSeen, lastSeen } from '../state/last-seen.ts';
import type { Shelf } from '../state/stored.ts';

/** Everything that the screen shows, checked. */
export interface ApprovalView {
  readonly ticket: Ticket;
  /** In the order of the ticket; null where the page has not seen the documents. */
  readonly documents: readonly PreparedDocument[] | null;
  readonly intent: CheckedIntent;
  /** Applications that this signer has approved for before, by id. */
  readonly known: ReadonlyMap<string, string>;
  readonly canSign: boolean;
}

export type ApprovalState =
  | { readonly step: 'loading' }
  | { readonly step: 'ready'; readonly view: ApprovalView; readonly note: PasskeyError | null }
  | { readonly step: 'asking'; readonly view: ApprovalView }
  | { readonly step: 'deciding'; readonly view: ApprovalView }
  | { readonly step: 'finding' }
  | { readonly step: 'approved'; readonly client: string | null; readonly leaving: boolean }
  | { readonly step: 'declined'; readonly client: string | null }
  | { readonly step: 'elsewhere' }
  /** `signed`: whether it is certain that nothing was signed. */
  | { readonly step: 'refused'; readonly cause: unknown; readonly signed: 'nothing' | 'unknown'; readonly client: string | null };

export interface ApprovalParts {
  readonly powers: Powers;
  readonly pins: Pins;
  readonly session: Session;
  readonly idp: IdpDoor;
  readonly ssa: SsaDoor;
  readonly sca: ScaDoor;
  readonly tab: Shelf;
  readonly kept: Shelf;
  readonly ask: typeof askPasskey;
  /** Tells other windows that this ticket was decided. */
  readonly decided: (ticketId: string) => void;
}

export type ApprovalSource = { readonly code: string } | { readonly requestId: string } | null;

/** An intent is renewed before it is put to a passkey when less than this is left of its life. */
const ROOM_SECONDS = 60;
const FIND_WAIT_MS_MAX = 8000;

export class ApprovalFlow {
  readonly #parts: ApprovalParts;
  readonly #show: (state: ApprovalState) => void;
  #open: OpenApproval | null = null;
  #view: ApprovalView | null = null;
  #allowed: readonly Uint8Array[] = [];
  #preparedMs = 0;

  constructor(parts: ApprovalParts, show: (state: ApprovalState) => void) {
    this.#parts = parts;
    this.#show = show;
  }

  /** Never throws: whatever goes wrong is a state. */
  async load(source: ApprovalSource, language: string): Promise<void> {
    this.#show({ step: 'loading' });
    await this.#guarded(async () => {
      const open = await this.#find(source);
      if (this.#parts.session.signerId() === null) return this.#parts.session.begin('/approve');
      const ticket = readTicket(open.ticket, this.#parts.pins);
      if (!sameBytes(ticket.signerId, this.#parts.session.signerId() ?? new Uint8Array())) throw new DoorError('refused', 'other_signer');
      if (open.sent !== null) return this.#findOut(open.sent.approval, open.sent.assertion as AssertionJson);
      const [documents, known] = await Promise.all([this.#fetchDocuments(ticket), this.#history(ticket)]);
      const intent = await this.#prepare(ticket, documents, language);
      this.#view = { ticket, documents, intent, known, canSign: open.interaction !== null };
      this.#show({ step: 'ready', view: this.#view, note: null });
    });
  }

  /** The person pressed "Sign". */
  async sign(language: string): Promise<void> {
    const view = this.#view;
    if (view === null || !view.canSign) return;
    this.#show({ step: 'asking', view });
    await this.#guarded(async () => {
      const current = await this.#fresh(view, language);
      const answer = await this.#askPasskey(current);
      if (answer === null) return;
      await this.#send(current, answer);
    });
  }

  async decline(reason: string): Promise<void> {
    const view = this.#view;
    const open = this.#open;
    if (view === null || open === null) return;
    await this.#guarded(async () => {
      if (open.interaction === null && open.requestId !== null) await this.#parts.idp.declineRequest(open.requestId, reason);
      forgetOpenApproval(this.#parts.tab);
      this.#parts.decided(view.ticket.id);
      this.#show({ step: 'declined', client: view.intent.shown.clientName });
      if (open.interaction !== null) this.#parts.powers.leave(declinedUrl(open.interaction, reason));
    });
  }

  /** Another window decided about this ticket. */
  heardDecision(ticketId: string): void {
    if (this.#view?.ticket.id !== ticketId) return;
    this.#view = null;
    forgetOpenApproval(this.#parts.tab);
    this.#show({ step: 'elsewhere' });
  }

  async #find(source: ApprovalSource): Promise<OpenApproval> {
    const open = await this.#openFrom(source);
    if (open === null) throw new DoorError('refused', 'no_request');
    this.#open = open;
    keepOpenApproval(this.#parts.tab, open);
    return open;
  }

  async #openFrom(source: ApprovalSource): Promise<OpenApproval | null> {
    if (source === null) return openApproval(this.#parts.tab);
    if ('code' in source) return { ...(await this.#parts.idp.beginApproval(source.code)), requestId: null, sent: null };
    return { ticket: await this.#parts.idp.readRequest(source.requestId), interaction: null, requestId: source.requestId, sent: null };
  }

  /** One after the other, so that only one transfer needs memory besides what is shown. */
  async #fetchDocuments(ticket: Ticket): Promise<readonly PreparedDocument[] | null> {
    if (ticket.locations === null) return null;
    const documents: PreparedDocument[] = [];
    for (const [at, location] of ticket.locations.entries()) {
      const content = await this.#parts.sca.prepared(location.content);
      const attributes = await this.#parts.sca.prepared(location.attributes);
      documents.push(await checkPrepared(content, attributes, { dtbsr: ticket.hashes[at]!, hashAlgorithm: ticket.hashAlgorithm }));
    }
    return documents;
  }

  /** Which passkeys may answer, and for whom the signer has approved before: by the SAM's signed word. */
  async #history(ticket: Ticket): Promise<ReadonlyMap<string, string>> {
    const { ssa, kept } = this.#parts;
    const history = await ssa.history({ signerId: ticket.signerId, before: null, lastSeen: lastSeen(kept, ticket.signerId) });
    keepLastSeen(kept, ticket.signerId, history.lastNumber);
    this.#allowed = history.passkeys.filter(isActive).map((passkey) => passkey.credentialId);
    const known = new Map<string, string>();
    for (const entry of history.entries) {
      if (entry.event === 'released' && entry.clientId !== null && entry.clientName !== null) known.set(entry.clientId, entry.clientName);
    }
    return known;
  }

  async #prepare(ticket: Ticket, documents: readonly PreparedDocument[] | null, language: string): Promise<CheckedIntent> {
    const seen: readonly SeenDocument[] = documents ?? ticket.hashes.map(() => ({ digest: null, sizeBytes: 0 }));
    const intent = await this.#parts.ssa.prepare(ticket, seen, language);
    for (const document of documents ?? []) await requireCertificate(document, intent.shown.certificate);
    this.#preparedMs = this.#parts.powers.now();
    return intent;
  }

  /** The same question with enough life left, in the language that is on the screen. */
  async #fresh(view: ApprovalView, language: string): Promise<ApprovalView> {
    const { body } = view.intent;
    const ageSeconds = (this.#parts.powers.now() - this.#preparedMs) / 1000;
    if (ageSeconds + ROOM_SECONDS <= body.expires - body.notBefore && body.language === language) return view;
    const intent = await this.#prepare(view.ticket, view.documents, language);
    requireSameQuestion(view.intent, intent);
    this.#view = { ...view, intent };
    this.#show({ step: 'asking', view: this.#view });
    return this.#view;
  }

  async #askPasskey(view: ApprovalView): Promise<AssertionJson | null> {
    try {
      return assertionJson(await this.#parts.ask({
        rpId: this.#parts.pins.rpId,
        challenge: view.intent.challenge,
        allowed: this.#allowed,
      }));
    } catch (cause) {
      if (!(cause instanceof PasskeyError)) throw cause;
      this.#show({ step: 'ready', view, note: cause });
      return null;
    }
  }

  async #send(view: ApprovalView, assertion: AssertionJson): Promise<void> {
    const approval = await this.#approvalOf(view);
    this.#remember(view, approval, assertion);
    this.#show({ step: 'deciding', view });
    let answer: SignedAnswer;
    try {
      ({ answer } = await this.#parts.ssa.authorise(approval, assertion));
    } catch {
      // Whatever the SSA said instead of a receipt, only the SAM's own word counts now.
      return this.#findOut(approval, assertion);
    }
    this.#finish(answer, view.intent.shown.clientName);
  }

  async #approvalOf({ ticket, intent }: ApprovalView): Promise<Approval> {
    return {
      ticketId: ticket.id,
      challenge: intent.challenge,
      signerId: ticket.signerId,
      keyId: ticket.keyId,
      clientId: ticket.clientId,
      clientKeyThumbprint: ticket.clientKeyThumbprint,
      ...(await approvalHashes(intent.body, intent.items)),
      pageNonce: this.#parts.ssa.freshNonce(),
    };
  }

  #remember(view: ApprovalView, approval: Approval, assertion: AssertionJson): void {
    const { tab, kept, powers } = this.#parts;
    const atMs = powers.now();
    const { certificate } = view.intent.shown;
    const notes = (view.documents ?? []).map(({ dtbsr, digest, byteRange, sizeBytes }) => {
      return { dtbsr, digest, byteRange, sizeBytes, certificate, challenge: approval.challenge, keyId: approval.keyId, atMs };
    });
    keepNotes(kept, notes, atMs);
    if (this.#open === null) return;
    this.#open = { ...this.#open, sent: { approval, assertion } };
    keepOpenApproval(tab, this.#open);
  }

  /** Asks until the SAM has said how it stands. The same answer of the passkey is sent again where the SAM never got it. */
  async #findOut(approval: Approval, assertion: AssertionJson): Promise<void> {
    this.#show({ step: 'finding' });
    for (let waitMs = 500; ; waitMs = Math.min(2 * waitMs, FIND_WAIT_MS_MAX)) {
      const decided = await this.#askOnce(approval, assertion);
      if (decided) return;
      await this.#parts.powers.wait(waitMs);
    }
  }

  async #askOnce(approval: Approval, assertion: AssertionJson): Promise<boolean> {
    try {
      const outcome = await this.#parts.ssa.outcome(approval.challenge);
      if (outcome.state === 'issued') {
        this.#finish((await this.#parts.ssa.authorise(approval, assertion)).answer, null);
        return true;
      }
      return await this.#conclude(outcome, approval);
    } catch (cause) {
      // A service that does not answer, or refuses, has said nothing about the operation. A false statement ends everything.
      if (cause instanceof DoorError) return false;
      throw cause;
    }
  }

  async #conclude(outcome: OutcomeStatement, approval: Approval): Promise<boolean> {
    switch (outcome.state) {
      case 'authorised':
      case 'executing':
      case 'released':
        if (outcome.receipt !== null) {
          await checkReceipt(outcome.receipt, this.#parts.pins, approval);
          this.#finish(outcome.receipt, null);
        } else {
          this.#end();
          this.#show({ step: 'approved', client: null, leaving: false });
        }
        return true;
      case 'indeterminate':
        this.#refuse(new DoorError('refused', 'indeterminate'), 'unknown');
        return true;
      case 'unknown':
        this.#refuse(new DoorError('refused', 'op_unknown'), 'unknown');
        return true;
      case 'issued':
      case 'spent':
      case 'unused':
      case 'declined':
      case 'frozen':
      case 'revoked':
      case 'expired':
      case 'pending_proposal':
      case 'pending_approval':
      case 'approved':
      case 'ordered':
      case 'active':
        this.#refuse(new DoorError('refused', outcome.code === '' ? outcome.state : outcome.code), 'nothing');
        return true;
    }
  }

  #finish(receipt: SignedAnswer, client: string | null): void {
    const interaction = this.#open?.interaction ?? null;
    this.#end();
    this.#show({ step: 'approved', client, leaving: interaction !== null });
    if (interaction !== null) this.#parts.powers.leave(approvedUrl(interaction, receipt));
  }

  #end(): void {
    const ticketId = this.#view?.ticket.id ?? this.#open?.sent?.approval.ticketId;
    if (ticketId !== undefined) this.#parts.decided(ticketId);
    forgetOpenApproval(this.#parts.tab);
  }

  /** The ticket stays, so that the person may start again with a fresh question; what was sent is settled. */
  #refuse(cause: unknown, signed: 'nothing' | 'unknown'): void {
    if (this.#open !== null) {
      this.#open = { ...this.#open, sent: null };
      keepOpenApproval(this.#parts.tab, this.#open);
    }
    this.#show({ step: 'refused', cause, signed, client: this.#view?.intent.shown.clientName ?? null });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const sent = this.#open?.sent ?? null;
      this.#show({
        step: 'refused',
        cause,
        signed: sent === null ? 'nothing' : 'unknown',
        client: this.#view?.intent.shown.clientName ?? null,
      });
    }
  }
}

function isActive(passkey: ValueOf<typeof passkeyView>): boolean {
  return passkey.status === 'active';
}
