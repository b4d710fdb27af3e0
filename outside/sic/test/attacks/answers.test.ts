// SPDX-License-Identifier: Apache-2.0
// What else the page is told by those who carry it: names, keys, receipts, histories, documents and addresses that are not hers.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { utf8 } from '@sigillo/standards/bytes';
import { checkIntent } from '../../src/checks/intent.ts';
import { checkPrepared } from '../../src/checks/prepared.ts';
import { approvalHashes, type Approval } from '../../src/checks/receipt.ts';
import { subjectOf } from '../played/certificate.ts';
import { embed } from '../played/pdf.ts';
import { ISSUER, makeScene, nonce, SCA, type Scene } from '../played/scene.ts';
import { makeTicket } from '../played/ticket.ts';
import { attacksOnPage } from './stage.ts';

const HANAKO = { country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null } as const;
const SHA256 = '2.16.840.1.101.3.4.2.1';
const given = { event: null, gains: 'answer' } as const;

suite('attacks on what the page is told', () => {
  const { attack } = attacksOnPage();

  attack({
    ...given,
    id: 'ENR-04',
    title: 'a key is to be certified for another name than the person entered',
    guard: 'checks/enrolment.ts',
    code: 'enrolment_field_8',
    async run({ checkEnrolment }, strike) {
      const { sam, pins } = makeScene();
      const pageNonce = nonce();
      sam.bend = (_type, body) => ({ ...body, subject: subjectOf({ ...HANAKO, surname: '鈴木' }) });
      const { signed } = sam.beginEnrolment(HANAKO, pageNonce);
      await strike(() => checkEnrolment(signed, pins, { person: HANAKO, pageNonce }));
    },
  });

  attack({
    ...given,
    id: 'ENR-04',
    title: 'the confirmation that the page is to sign names another key than its own',
    guard: 'checks/enrolment.ts',
    code: 'confirmation_field_4',
    async run({ checkConfirmation }, strike) {
      const { sam, pins, signer } = makeScene();
      const pageNonce = nonce();
      const own = { credentialId: new Uint8Array(16).fill(5), coseKey: keyOf(1), pageNonce, enrolmentHash: new Uint8Array(32) };
      const theirs = { credentialId: own.credentialId, authenticatorData: createdWith(own.credentialId, keyOf(2)) };
      const answer = sam.enrolKey(signer, own.enrolmentHash, theirs, pageNonce);
      await strike(() => checkConfirmation(answer, pins, own));
    },
  });

  attack({
    ...given,
    id: 'SAP-31',
    title: 'the receipt of another list',
    guard: 'checks/receipt.ts',
    code: 'receipt_field_12',
    async run({ checkReceipt }, strike) {
      const scene = makeScene();
      const approval = await approvalOf(scene);
      scene.sam.bend = (_type, statement) => ({ ...statement, listHash: new Uint8Array(32) });
      await strike(() => checkReceipt(scene.sam.authorise(approval.challenge, approval.pageNonce), scene.pins, approval));
    },
  });

  attack({
    ...given,
    id: 'SAP-31',
    title: 'a history without its newest use of the key, or shorter than it was',
    guard: 'checks/history.ts',
    code: 'history_numbering',
    async run({ checkHistory }, strike) {
      const { sam, pins, signer } = makeScene();
      for (const event of ['enrolled', 'key_active'] as const) sam.record(signer, event, null, null);
      const pageNonce = nonce();
      const demand = { signerId: signer.signerId, before: null, pageNonce, lastSeen: 3 };
      await strike(() => checkHistory(sam.history(signer, null, pageNonce), pins, demand), { code: 'history_went_back' });
      sam.bend = (_type, value) => ({ ...value, entries: (value['entries'] as unknown[]).slice(1) });
      await strike(() => checkHistory(sam.history(signer, null, pageNonce), pins, demand));
    },
  });

  attack({
    ...given,
    id: 'IDP-01',
    title: "the SAM's word about another passkey than the one that answered",
    guard: 'checks/login.ts',
    code: 'statement_credential',
    async run({ checkLogin }, strike) {
      const { sam, pins, signer } = makeScene();
      const pageNonce = nonce();
      const demand = { credentialId: new Uint8Array(16), userHandle: null, pageNonce };
      await strike(() => checkLogin(sam.login(signer.credentialId, pageNonce), pins, demand));
    },
  });

  attack({
    ...given,
    id: 'SAP-23',
    title: 'a login for another server',
    guard: 'checks/login.ts',
    code: 'login_issuer',
    async run({ loginChallenge }, strike) {
      await strike(() => loginChallenge(makeScene().pins, 'http://localhost:9999', 'nonce'));
    },
  });

  attack({
    ...given,
    id: 'SAP-30',
    title: 'the document that is shown, exchanged on the way to the page',
    guard: 'checks/prepared.ts',
    code: 'document_message_digest',
    async run({ checkPrepared: check }, strike) {
      const { prepared } = makeScene();
      const shown = edited(prepared.content, 'Rent: 120000 yen', 'Rent: 920000 yen');
      await strike(() => check(shown, prepared.attributes, { dtbsr: prepared.dtbsr, hashAlgorithm: SHA256 }));
    },
  });

  attack({
    ...given,
    id: 'SAP-30',
    title: 'the signed file, changed on its way back',
    guard: 'checks/signed.ts',
    code: 'document_changed',
    async run({ checkSignedFile }, strike) {
      const { prepared, signer } = makeScene();
      const { dtbsr, digest, byteRange, sizeBytes } = await checkPrepared(
        prepared.content,
        prepared.attributes,
        { dtbsr: prepared.dtbsr, hashAlgorithm: SHA256 },
      );
      const file = edited(embed(prepared, signer.certificate, signer.key), 'Rent: 120000 yen', 'Rent: 920000 yen');
      await strike(() => checkSignedFile(file, [{ dtbsr, digest, byteRange, sizeBytes, certificate: signer.certificate }]));
    },
  });

  attack({
    ...given,
    id: 'OAU-14',
    title: 'a ticket that sends the page elsewhere for its documents',
    guard: 'checks/ticket.ts',
    code: 'document_location',
    async run({ readTicket }, strike) {
      const { signer, pins } = makeScene();
      for (const content of ['http://evil.example/prepared/t/content', `${SCA}.evil.example/prepared/t/content`, `${SCA}/prepared/../documents/t`]) {
        const locations = [{ content, attributes: `${SCA}/prepared/t/attributes` }];
        const ticket = makeTicket(ISSUER, signer, { clientId: 'example', hashes: [new Uint8Array(32)], labels: ['a'], locations });
        await strike(async () => Promise.resolve(readTicket(ticket, pins)));
      }
    },
  });

  attack({
    ...given,
    id: 'OAU-01',
    title: 'metadata that send the page to another server for its token',
    guard: 'checks/own-address.ts',
    code: 'address_refused',
    async run({ findAuthorizationServer }, strike) {
      const metadata = { issuer: ISSUER, authorization_endpoint: `${ISSUER}/oauth2/authorize`, token_endpoint: 'http://localhost:9999/token' };
      const powers = {
        fetch: () => Promise.resolve(Response.json(metadata)),
        random: nonce,
        now: () => 0,
        wait: () => Promise.resolve(),
        leave: () => undefined,
      };
      await strike(() => findAuthorizationServer(powers, makeScene().pins));
    },
  });
});

async function approvalOf(scene: Scene): Promise<Approval> {
  const { body, challenge, items } = await checkIntent(scene.intent(), scene.pins, scene.demand);
  const { id, signerId, keyId, clientId, clientKeyThumbprint } = scene.demand.ticket;
  return { ticketId: id, challenge, signerId, keyId, clientId, clientKeyThumbprint, pageNonce: nonce(), ...(await approvalHashes(body, items)) };
}

/** A COSE_Key for P-256 with coordinates of one repeated byte. */
function keyOf(byte: number): Uint8Array {
  const coordinate = new Uint8Array(32).fill(byte);
  return new Uint8Array([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, ...coordinate, 0x22, 0x58, 0x20, ...coordinate]);
}

/** The authenticator data of a creation with this id and key. */
function createdWith(id: Uint8Array, key: Uint8Array): Uint8Array {
  return new Uint8Array([...new Uint8Array(32), 0x45, 0, 0, 0, 0, ...new Uint8Array(16), 0, id.length, ...id, ...key]);
}

/** Replaces the first place where this text stands by another of its length. */
function edited(content: Uint8Array, from: string, to: string): Uint8Array {
  const at = Buffer.from(content).indexOf(from);
  assert.ok(at > 0 && from.length === to.length, from);
  const changed = content.slice();
  changed.set(utf8(to), at);
  return changed;
}
