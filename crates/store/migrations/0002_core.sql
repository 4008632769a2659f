-- Contracts, persons, logons, authorizations, instructions, mail. Times are microseconds UTC,
-- flags 0/1, secrets sealed or hashed before they come here.
CREATE TABLE contracts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  stopped BIGINT NOT NULL,
  per_transfer_yen BIGINT,
  per_day_yen BIGINT,
  representative_account TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE persons (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  user_id TEXT,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  suspended_at BIGINT,
  suspended_because TEXT,
  failed_logon_pin BIGINT NOT NULL,
  failed_confirmation_pin BIGINT NOT NULL,
  failed_grid BIGINT NOT NULL,
  failed_mail_otp BIGINT NOT NULL,
  permissions TEXT NOT NULL,
  per_transfer_yen BIGINT,
  per_day_yen BIGINT,
  otp_mail TEXT,
  otp_mail_changed_at BIGINT,
  notice_mail TEXT,
  issue_window_began_at BIGINT,
  issues_in_window BIGINT NOT NULL,
  grid_pending TEXT,
  logon_pin_changed_at BIGINT NOT NULL,
  confirmation_pin_changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX persons_contract ON persons (contract_id);

-- Apart from persons, since counters change often and these almost never.
CREATE TABLE person_secrets (
  person_id TEXT PRIMARY KEY,
  logon_pin_hash TEXT NOT NULL,
  confirmation_pin_hash TEXT NOT NULL,
  grid_sealed BYTEA
);

CREATE TABLE logons (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  remaining TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  closed_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX logons_expiry ON logons (expires_at);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_because TEXT,
  took_over BIGINT NOT NULL
);
-- LOG-9: one live session per person, also when two logons race.
CREATE UNIQUE INDEX sessions_live ON sessions (person_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_created ON sessions (created_at);

CREATE TABLE address_changes (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  address TEXT NOT NULL,
  code_mac BYTEA NOT NULL,
  issue BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  closed_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX address_changes_person ON address_changes (person_id);

CREATE TABLE authorizations (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  stage TEXT NOT NULL,
  channel TEXT NOT NULL,
  client TEXT NOT NULL,
  canonical TEXT NOT NULL,
  digest TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT,
  receipt TEXT,
  factors TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  policy_version TEXT NOT NULL,
  mail_issue BIGINT NOT NULL,
  mail_mac BYTEA,
  mail_superseded BYTEA NOT NULL,
  mail_sent_to TEXT,
  mail_expires_at BIGINT,
  mail_tries BIGINT NOT NULL,
  request_id TEXT,
  request_mac BYTEA,
  request_outcome TEXT,
  version BIGINT NOT NULL
);
-- An authorization is changed once or twice; with room in its page no index is touched.
/*SQLITE --*/ ALTER TABLE authorizations SET (fillfactor = 50);

-- Yen that left today, per contract and per person; guarded, so that two transfers at once can't
-- both fit under the same limit (OPS-5).
CREATE TABLE daily_totals (
  subject TEXT NOT NULL,
  day TEXT NOT NULL,
  yen BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (subject, day)
);

CREATE TABLE instructions (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  maker_id TEXT NOT NULL,
  from_account TEXT NOT NULL,
  date TEXT NOT NULL,
  status TEXT NOT NULL,
  lines TEXT NOT NULL,
  -- What history is searched by, beside its columns.
  payees TEXT NOT NULL,
  total_yen BIGINT NOT NULL,
  authorization_id TEXT,
  receipt TEXT,
  created_at BIGINT NOT NULL,
  transmitted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX instructions_contract ON instructions (contract_id, created_at);
CREATE INDEX instructions_transmitting ON instructions (transmitted_at) WHERE status = 'transmitting';

-- Subject and body are sealed and erased once the mail is delivered or given up (AUD-2).
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  person_id TEXT,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sealed BYTEA,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  drop_at BIGINT,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  failure TEXT,
  version BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'queued';
CREATE INDEX outbox_failed ON outbox (created_at) WHERE state = 'failed';

CREATE TABLE api_clients (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);

-- The institution's own records: profile in force, epoch of codes, bank master data, clock floor.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  version BIGINT NOT NULL
);

-- The embedded ledger: the core banking system of an institution that runs Warifu by itself.
CREATE TABLE ledger_accounts (
  id TEXT PRIMARY KEY,
  contract_id TEXT,
  holder TEXT NOT NULL,
  balance_yen BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX ledger_accounts_contract ON ledger_accounts (contract_id);

CREATE TABLE ledger_postings (
  idempotency_key TEXT PRIMARY KEY,
  debit_account TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  amount_yen BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- Mails that the demo's mailbox received, sealed.
CREATE TABLE demo_mails (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  sealed BYTEA NOT NULL
);
