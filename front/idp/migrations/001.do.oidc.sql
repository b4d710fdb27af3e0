-- SPDX-License-Identifier: Apache-2.0
-- What the IdP remembers. Secrets (codes, tokens, cookies) are stored as their SHA-256 only; whatever must happen once is decided by one statement on one row.

create table oidc (
  model text not null,
  id bytea not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  primary key (model, id)
);
create index oidc_grant on oidc (grant_id) where grant_id is not null;
create index oidc_uid on oidc (model, uid) where uid is not null;
create index oidc_session on oidc ((payload->>'sessionUid')) where payload ? 'sessionUid';
create index oidc_expiry on oidc (expires_at);

-- Codes that travel through a browser once: to the page (login, approve) and back (done).
create table page_code (
  hash bytea primary key,
  purpose text not null check (purpose in ('login', 'approve', 'done')),
  interaction text not null,
  signer_id text,
  expires_at timestamptz not null
);
create index page_code_expiry on page_code (expires_at);

-- A login that the page has begun: the nonce that its challenge must contain.
create table login_attempt (
  hash bytea primary key,
  interaction text not null,
  nonce text not null,
  expires_at timestamptz not null
);
create index login_attempt_expiry on login_attempt (expires_at);

-- A request for signatures that waits for its signer, and how it ended.
create table approval (
  id text primary key,
  interaction text not null unique,
  subject text not null,
  client_id text not null,
  names text[] not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'declined')),
  reason text,
  credential_id text,
  handle text,
  grant_id text unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (state <> 'approved' or (handle is not null and grant_id is not null and credential_id is not null))
);
create index approval_subject on approval (subject) where state = 'waiting';
create index approval_expiry on approval (expires_at);

-- Every ticket issued for an approval: a receipt names one of them.
create table ticket (
  id text primary key,
  approval text not null references approval (id) on delete cascade
);
create index ticket_approval on ticket (approval);

-- Access tokens in force, so that they can be revoked by grant and by session.
create table issued_token (
  jti text primary key,
  client_id text not null,
  subject text,
  grant_id text,
  session_uid text,
  expires_at timestamptz not null
);
create index issued_token_grant on issued_token (grant_id) where grant_id is not null;
create index issued_token_session on issued_token (session_uid) where session_uid is not null;
create index issued_token_expiry on issued_token (expires_at);

grant select, insert, update, delete on oidc, page_code, login_attempt, approval, ticket, issued_token to idp;
