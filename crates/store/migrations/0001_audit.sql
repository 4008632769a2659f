-- What the store keeps for itself: the institution's sealed inner keys, and the audit log.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BYTEA NOT NULL
);

-- One tree on SQLite instead of a table and its key's index: every audited commit writes here.
CREATE TABLE audit_heads (
  chain TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  mac BYTEA NOT NULL
) /*SQLITE WITHOUT ROWID*/;
-- Room beside each head, so that PostgreSQL moves it on within its page, without touching the index.
/*SQLITE --*/ ALTER TABLE audit_heads SET (fillfactor = 50);

-- No index by person: it would cost every audited commit one page more. A person's events are in the
-- chain of their contract, whose newest are read first.
CREATE TABLE audit_events (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  person_id TEXT,
  origin TEXT NOT NULL,
  data TEXT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (chain, seq)
);
