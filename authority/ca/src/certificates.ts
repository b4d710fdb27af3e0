// SPDX-License-Identifier: Apache-2.0
// What this CA issued, in PostgreSQL. Each row carries a MAC over what status answers rely on, so that an edited status is refused rather than told. A row
// that was rolled back as a whole is not detected here.
import { CborWriter } from '@sigillo/standards/cbor';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { REVOCATION_REASONS, type RevocationReason } from '@sigillo/standards/x509';
import type { Pool } from 'pg';

export type CertificateState = { readonly status: 'intended' } | { readonly status: 'good' } | { readonly status: 'revoked'; readonly revokedAtMs: number; readonly reason: RevocationReason };

export interface StoredCertificate {
  readonly serial: Uint8Array;
  readonly orderId: Uint8Array | null;
  readonly orderHash: Uint8Array | null;
  readonly tbs: Uint8Array;
  readonly certificate: Uint8Array | null;
  readonly notAfterMs: number;
  readonly state: CertificateState;
}

/** The row is not what this CA wrote. */
export class RowBad extends Error {
  override readonly name = 'RowBad';
  readonly code = 'row_bad';
}

interface Row {
  readonly serial: Buffer;
  readonly order_id: Buffer | null;
  readonly order_hash: Buffer | null;
  readonly tbs: Buffer;
  readonly certificate: Buffer | null;
  readonly not_after: Date;
  readonly status: string;
  readonly revoked_at: Date | null;
  readonly reason: string | null;
  readonly mac: Buffer;
}

const COLUMNS = 'serial, order_id, order_hash, tbs, certificate, not_after, status, revoked_at, reason, mac';

export class Certificates {
  readonly #pool: Pool;
  readonly #mac: (data: Uint8Array) => Uint8Array;

  constructor(pool: Pool, mac: (data: Uint8Array) => Uint8Array) {
    this.#pool = pool;
    this.#mac = mac;
  }

  async bySerial(serial: Uint8Array): Promise<StoredCertificate | undefined> {
    return this.#one('certificate_by_serial', 'serial = $1', serial);
  }

  async byOrder(orderId: Uint8Array): Promise<StoredCertificate | undefined> {
    return this.#one('certificate_by_order', 'order_id = $1', orderId);
  }

  /** All revoked ones that have not run out at `atMs`. */
  async revoked(atMs: number): Promise<readonly StoredCertificate[]> {
    const text = `select ${COLUMNS} from certificate where status = 'revoked' and not_after > $1 order by serial`;
    const { rows } = await this.#pool.query<Row>({ name: 'certificate_revoked', text, values: [new Date(atMs)] });
    return rows.map((row) => this.#proven(row));
  }

  /** Writes the intention; false where a row of this order or serial number is there already. */
  async intend(certificate: StoredCertificate): Promise<boolean> {
    const text = `insert into certificate (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`;
    const { rowCount } = await this.#pool.query({ name: 'certificate_intend', text, values: this.#values(certificate) });
    return rowCount === 1;
  }

  /** Writes the certificate or a new state of a row that is there. */
  async update(certificate: StoredCertificate): Promise<void> {
    const text = 'update certificate set certificate = $2, status = $3, revoked_at = $4, reason = $5, mac = $6 where serial = $1';
    const [serial, , , , encoded, , status, revokedAt, reason, mac] = this.#values(certificate);
    const { rowCount } = await this.#pool.query({ name: 'certificate_update', text, values: [serial, encoded, status, revokedAt, reason, mac] });
    if (rowCount !== 1) throw new RowBad('the row is gone');
  }

  /** The next number of an issuer's list; never given twice. */
  async nextListNumber(issuer: 'root' | 'issuing'): Promise<bigint> {
    const text = 'insert into list_number values ($1, 1) on conflict (issuer) do update set number = list_number.number + 1 returning number';
    const { rows } = await this.#pool.query<{ number: string }>({ name: 'list_number', text, values: [issuer] });
    return BigInt(rows[0]!.number);
  }

  async #one(name: string, where: string, value: Uint8Array): Promise<StoredCertificate | undefined> {
    const { rows } = await this.#pool.query<Row>({ name, text: `select ${COLUMNS} from certificate where ${where}`, values: [Buffer.from(value)] });
    return rows[0] === undefined ? undefined : this.#proven(rows[0]);
  }

  #proven(row: Row): StoredCertificate {
    const certificate = fromRow(row);
    if (!sameBytes(this.#mac(bound(certificate)), row.mac)) throw new RowBad(`certificate ${toHex(row.serial)}`);
    return certificate;
  }

  #values(certificate: StoredCertificate): unknown[] {
    const { state } = certificate;
    const bytes = (value: Uint8Array | null): Buffer | null => (value === null ? null : Buffer.from(value));
    const revoked = state.status === 'revoked' ? [new Date(state.revokedAtMs), state.reason] : [null, null];
    return [
      bytes(certificate.serial), bytes(certificate.orderId), bytes(certificate.orderHash), bytes(certificate.tbs), bytes(certificate.certificate),
      new Date(certificate.notAfterMs), state.status, ...revoked, Buffer.from(this.#mac(bound(certificate))),
    ];
  }
}

function fromRow(row: Row): StoredCertificate {
  return {
    serial: row.serial, orderId: row.order_id, orderHash: row.order_hash, tbs: row.tbs, certificate: row.certificate, notAfterMs: row.not_after.getTime(), state: stateOf(row),
  };
}

function stateOf(row: Row): CertificateState {
  if (row.status === 'intended' || row.status === 'good') return { status: row.status };
  if (row.revoked_at === null || row.reason === null || !Object.hasOwn(REVOCATION_REASONS, row.reason)) throw new RowBad('state');
  return { status: 'revoked', revokedAtMs: row.revoked_at.getTime(), reason: row.reason as RevocationReason };
}

/** What the MAC covers, in one spelling. */
function bound(certificate: StoredCertificate): Uint8Array {
  const { state } = certificate;
  const writer = new CborWriter();
  const bytesOrNull = (value: Uint8Array | null): void => (value === null ? writer.null() : writer.bytes(value));
  writer.array(9);
  writer.text('sigillo/ca/certificate/1');
  writer.bytes(certificate.serial);
  bytesOrNull(certificate.orderId);
  bytesOrNull(certificate.orderHash);
  writer.bytes(certificate.tbs);
  bytesOrNull(certificate.certificate);
  writer.text(state.status);
  writer.uint(state.status === 'revoked' ? state.revokedAtMs : 0);
  writer.text(state.status === 'revoked' ? state.reason : '');
  return writer.finish();
}
