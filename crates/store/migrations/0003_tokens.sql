-- Tokens, their issue, approvals in the app, passkeys.
ALTER TABLE contracts ADD COLUMN token_mode TEXT NOT NULL DEFAULT 'one-each';

ALTER TABLE persons ADD COLUMN failed_token_otp BIGINT NOT NULL DEFAULT 0;
ALTER TABLE persons ADD COLUMN token_id TEXT;
ALTER TABLE persons ADD COLUMN token_confirms_in_app BIGINT NOT NULL DEFAULT 0;
ALTER TABLE persons ADD COLUMN token_revoked_at BIGINT;
ALTER TABLE persons ADD COLUMN passkeys BIGINT NOT NULL DEFAULT 0;

-- The inventory. Of a shared token there is one row: one last step, one drift, one count.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  serial TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  contract_id TEXT,
  status TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  digits BIGINT NOT NULL,
  period_secs BIGINT NOT NULL,
  last_step BIGINT,
  drift_steps BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  expires_at BIGINT,
  app_key BYTEA,
  sealed BYTEA NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX tokens_contract ON tokens (contract_id) WHERE contract_id IS NOT NULL;

-- Software tokens on their way from the application to the first code (S4 steps A to E).
CREATE TABLE token_issues (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  token_id TEXT NOT NULL,
  mail_to TEXT,
  link_hash TEXT UNIQUE,
  start_password_hash TEXT,
  step TEXT NOT NULL,
  tries BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX token_issues_contract ON token_issues (contract_id);
-- One open issue per person, also when two are asked for at once.
CREATE UNIQUE INDEX token_issues_open ON token_issues (person_id)
  WHERE step IN ('mailed', 'activated');

ALTER TABLE authorizations ADD COLUMN approval TEXT NOT NULL DEFAULT 'not-asked';
ALTER TABLE authorizations ADD COLUMN approval_at BIGINT;
ALTER TABLE authorizations ADD COLUMN approval_token TEXT;
ALTER TABLE authorizations ADD COLUMN approval_signature BYTEA;
-- The phone rejects an authorization; what waits for it is given up.
CREATE INDEX instructions_authorization ON instructions (authorization_id) WHERE status = 'registered';
CREATE INDEX authorizations_waiting ON authorizations (person_id) WHERE approval = 'waiting';

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  credential_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  public TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX passkeys_person ON passkeys (person_id);

-- Challenges under way; each is deleted in the commit that makes use of it.
CREATE TABLE passkey_challenges (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_expiry ON passkey_challenges (expires_at);

-- Where a phone can be told that something waits (Web Push, RFC 8030).
CREATE TABLE push_subscriptions (
  token_id TEXT PRIMARY KEY,
  sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  pushed_at BIGINT
);
