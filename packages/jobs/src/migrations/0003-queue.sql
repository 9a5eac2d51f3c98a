-- A result of an older engine is not the result of this one.
ALTER TABLE atoll.jobs ADD COLUMN engine_version text NOT NULL DEFAULT '';
ALTER TABLE atoll.jobs ADD COLUMN priority text NOT NULL DEFAULT 'interactive'
  CHECK (priority IN ('interactive', 'batch'));
-- Who submitted it, as a salted hash; for limits alone.
ALTER TABLE atoll.jobs ADD COLUMN client text;

CREATE INDEX jobs_same ON atoll.jobs (case_id, engine, preset, finished_at) WHERE status = 'completed';
CREATE INDEX jobs_ended ON atoll.jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Ids of jobs that are gone by their age, so that an old link can be told from a wrong one.
CREATE TABLE atoll.expired_jobs (
  job_id text PRIMARY KEY,
  expired_at timestamptz NOT NULL DEFAULT now()
);

-- The processes that run jobs now; each says so every few seconds.
CREATE TABLE atoll.workers (
  worker_id text PRIMARY KEY,
  slots integer NOT NULL CHECK (slots > 0),
  seen_at timestamptz NOT NULL DEFAULT now()
);
