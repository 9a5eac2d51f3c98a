-- Whom a job belongs to: an account, and the groups that it shared with when the job was made. Where nobody has to
-- sign in, it belongs to nobody.
ALTER TABLE atoll.jobs ADD COLUMN owner text;
ALTER TABLE atoll.jobs ADD COLUMN owner_groups text[] NOT NULL DEFAULT '{}';

-- Secrets are here as their SHA-256 alone, in hexadecimal.
CREATE TABLE atoll.tokens (
  token_id text PRIMARY KEY,
  hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  label text NOT NULL,
  user_id text NOT NULL,
  groups text[] NOT NULL,
  role text NOT NULL CHECK (role IN ('reader', 'reviewer', 'admin')),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

-- Links to one result each, which end.
CREATE TABLE atoll.shares (
  share_id text PRIMARY KEY,
  hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  job_id text NOT NULL REFERENCES atoll.jobs (job_id) ON DELETE CASCADE,
  case_id text NOT NULL,
  made_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX shares_of_job ON atoll.shares (job_id);

-- Who did what, to what: ids alone.
CREATE TABLE atoll.audit (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  who text NOT NULL,
  way text NOT NULL,
  action text NOT NULL,
  subject text
);
CREATE INDEX audit_at ON atoll.audit (at);
CREATE INDEX audit_subject ON atoll.audit (subject) WHERE subject IS NOT NULL;
