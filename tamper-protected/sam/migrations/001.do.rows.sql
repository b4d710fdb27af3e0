-- SPDX-License-Identifier: Apache-2.0
-- The SAM's rows: primary key, version, all columns as one deterministic CBOR map, and the MAC over them. What a row holds stands in src/records/tables.ts.
create table signer (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);
create table authenticator (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);
create table signing_key (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);
create table client (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);
create table officer (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);
create table enrolment (id bytea primary key, version bigint not null, body bytea not null, mac bytea not null);

-- Keys under which names and signatures are encrypted, in rows and in the journal; each is wrapped under the SAM's state key. Erasure of a subject deletes its line.
create table subject_key (signer_id bytea primary key, wrapped bytea not null, created timestamptz not null default now());

-- One line for each group of the journal.
create table journal_copy (number bigint primary key, first_record bigint not null, count bigint not null, body bytea not null);

grant select, insert, update on signer, authenticator, signing_key, client, officer, enrolment to sam;
grant select, insert on subject_key, journal_copy to sam;
