-- People who signed in with a browser, by the SHA-256 of what it holds. What the provider gave is sealed with the
-- browser's own secret: nothing in this database opens it.
CREATE TABLE atoll.sessions (
  hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
  user_id text NOT NULL,
  name text NOT NULL,
  groups text[] NOT NULL,
  sealed text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  renew_at timestamptz,
  CHECK (expires_at <= ends_at)
);
CREATE INDEX sessions_expire ON atoll.sessions (expires_at);
