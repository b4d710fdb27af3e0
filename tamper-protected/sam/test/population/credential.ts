// SPDX-License-Identifier: Apache-2.0
// The rows of one signer with a passkey and an active key, of the sizes that an enrolment gives them, in one record instead of six.
//
// A member can be asked to sign: its wrapped signing key, its passkey and its certificate are real and its own. All others have ids, a subject
// key, an envelope and rows of their own, but share the bytes of one wrapped key (which does not open under their ids), one passkey's key
// pair and one certificate. The words of the enrolment are the same for all. The certificates are not the deployment's CA's.
import { createHash, randomBytes } from 'node:crypto';
import { encodeName } from '@sigillo/standards/x509';
import { toHex } from '@sigillo/standards/bytes';
import type { Entry } from '../../src/journal/journal.ts';
import { changeRow } from '../../src/records/change-row.ts';
import { sealChain } from '../../src/signing-key/chain.ts';
import type { State } from '../../src/state.ts';
import { Authority } from '../played/authority.ts';
import { PopulationPasskey } from './passkey.ts';

/** Who can be asked to sign. */
export interface PopulationMember {
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  /** Of the signing key. */
  readonly spki: Uint8Array;
  readonly credentialId: Uint8Array;
  /** Of the passkey, PKCS #8. */
  readonly passkeyPrivateKey: Uint8Array;
}

export interface MadeCredential {
  readonly entry: Entry;
  readonly member: PopulationMember;
}

const YEAR_SECONDS = 365 * 86_400;
const ENROLMENT_BYTES = 420;
const CONFIRMATION_BYTES = 330;
const CLIENT_DATA_BYTES = 150;
const REQUEST_BYTES = 330;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

interface MadeKey {
  readonly wrapped: Uint8Array;
  readonly publicKey: Uint8Array;
}

export class CredentialMaker {
  readonly #state: State;
  readonly #random: (length: number) => Uint8Array;
  readonly #authority: Authority;
  readonly #sharedPasskey = new PopulationPasskey();
  readonly #sharedChain: readonly Uint8Array[];
  readonly #sharedKey: Promise<MadeKey>;
  readonly #subject = encodeName([{ type: 'commonName', value: 'Population' }]);
  /** Words that nobody reads again. */
  readonly #filler = randomBytes(4096);

  constructor(state: State) {
    this.#state = state;
    this.#random = state.powers.random;
    this.#sharedKey = state.cryptoModule.generate(randomBytes(16), state.deployment.policy.keyAlgorithm);
    this.#authority = new Authority(state.deployment.policy.certificatePolicy);
    this.#sharedChain = this.#authority.certify({ spki: this.#sharedPasskey.spki, subject: this.#subject });
  }

  async make(isMember: boolean): Promise<MadeCredential> {
    const state = this.#state;
    const signerId = this.#random(16);
    const keyId = this.#random(16);
    const [subjectKey, { wrapped, publicKey }] = await Promise.all([
      state.subjectKeys.create(signerId),
      isMember ? state.cryptoModule.generate(keyId, state.deployment.policy.keyAlgorithm) : this.#sharedKey,
    ]);
    const passkey = isMember ? new PopulationPasskey() : this.#sharedPasskey;
    const credentialId = this.#random(32);
    const chain = isMember ? this.#authority.certify({ spki: publicKey, subject: this.#subject }) : this.#sharedChain;
    const enrolmentHash = this.#random(32);
    const created = state.clock.seconds();
    const rows = [
      changeRow(state, 'signer', signerId, 0, {
        status: 'active',
        assuranceLevel: state.deployment.policy.assuranceLevel,
        evidenceHash: enrolmentHash,
        enrolmentHash,
        approvalsHash: enrolmentHash,
        created,
      }),
      changeRow(state, 'authenticator', sha256(credentialId), 0, {
        signerId,
        credentialId,
        coseKey: passkey.coseKey,
        aaguid: new Uint8Array(16),
        attestation: 'none',
        rpId: state.deployment.rpId,
        backupEligible: false,
        status: 'active',
        enrolmentHash,
        created,
      }),
      this.#keyRow({ signerId, keyId, publicKey, created }, wrapped, sha256(chain[0]!), sealChain(subjectKey, keyId, chain)),
      changeRow(state, 'enrolment', enrolmentHash, 0, {
        state: 'active',
        signerId,
        enrolment: subjectKey.seal(`enrolment ${toHex(enrolmentHash)}`, this.#words(ENROLMENT_BYTES)),
        confirmation: this.#words(CONFIRMATION_BYTES),
        coseKey: passkey.coseKey,
        assertion: {
          credentialId,
          authenticatorData: this.#words(37),
          clientDataJson: this.#words(CLIENT_DATA_BYTES),
          signature: this.#words(71),
          userHandle: signerId,
        },
        approvalsUntil: created,
        created,
        proposal: null,
        approvals: [],
        keyId,
        orderId: this.#random(16),
        orderIssued: created,
        certificationRequest: subjectKey.seal(`request ${toHex(keyId)}`, this.#words(REQUEST_BYTES)),
      }),
    ];
    const member = { signerId, keyId, spki: publicKey, credentialId, passkeyPrivateKey: passkey.privateKey };
    return { entry: { event: 'key_active', signerId, keyId, rows }, member };
  }

  #keyRow(
    { signerId, keyId, publicKey, created }: { readonly signerId: Uint8Array; readonly keyId: Uint8Array; readonly publicKey: Uint8Array; readonly created: number },
    wrapped: Uint8Array,
    certificateHash: Uint8Array,
    chain: Uint8Array,
  ) {
    const { deploymentId, policy } = this.#state.deployment;
    const attributes = {
      signerId,
      publicKey,
      algorithm: policy.keyAlgorithm,
      usage: 'signature',
      soleControlLevel: 2,
      policyHash: policy.hash,
      signaturesMax: policy.signaturesMax,
    } as const;
    const sealed = this.#state.envelopes.close({ ...attributes, deploymentId, keyId }, wrapped);
    return changeRow(this.#state, 'signing_key', keyId, 0, {
      ...attributes,
      ...sealed,
      state: 'active',
      label: 'No. 1',
      claim: policy.claim,
      certificateHash,
      chain,
      notAfter: created + YEAR_SECONDS,
      created,
    });
  }

  #words(length: number): Uint8Array {
    return this.#filler.subarray(0, length);
  }
}
