-- SPDX-License-Identifier: Apache-2.0
-- The SAM's state key as the crypto module sealed it, a second time beside the file in the SAM's folder: whoever lost that folder needs it to read rows and copy again.
create table state_key (one boolean primary key default true check (one), sealed bytea not null);

-- Groups of the copy from which no journal could be rebuilt. They are moved here, never deleted: somebody may want to look at them.
create table journal_copy_aside (aside timestamptz not null default now(), number bigint not null, first_record bigint not null, count bigint not null, body bytea not null);

-- Moves the groups from a number on. The SAM's role may not delete from the copy; this is all that it can do to it, and it keeps every byte.
create function set_copy_aside(since bigint) returns bigint language sql security definer set search_path from current as $$
  with moved as (delete from journal_copy where number >= since returning number, first_record, count, body),
    kept as (insert into journal_copy_aside (number, first_record, count, body) select number, first_record, count, body from moved returning number)
  select count(*) from kept
$$;
revoke all on function set_copy_aside(bigint) from public;

grant select, insert, update on state_key to sam;
grant execute on function set_copy_aside(bigint) to sam;
