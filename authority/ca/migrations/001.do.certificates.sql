-- SPDX-License-Identifier: Apache-2.0
-- Every certificate that this CA issued or meant to issue. The row is written before the key signs; its MAC covers what a status answer says.
create table certificate (
  serial bytea primary key,
  order_id bytea unique,
  order_hash bytea,
  tbs bytea not null,
  certificate bytea,
  not_after timestamptz not null,
  status text not null check (status in ('intended', 'good', 'revoked')),
  revoked_at timestamptz,
  reason text,
  mac bytea not null
);
create index certificate_revoked on certificate (not_after) where status = 'revoked';

create table list_number (
  issuer text primary key check (issuer in ('root', 'issuing')),
  number bigint not null
);

grant select, insert, update on certificate to ca;
grant select, insert, update on list_number to ca;
