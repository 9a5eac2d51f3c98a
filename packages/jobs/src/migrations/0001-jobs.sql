CREATE TABLE atoll.jobs (
  job_id text PRIMARY KEY CHECK (job_id ~ '^[0-9a-f]{32}$'),
  case_id text NOT NULL,
  engine text NOT NULL,
  preset text NOT NULL,
  fast_mode boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  progress_message text NOT NULL,
  stage text,
  attempt integer NOT NULL DEFAULT 0,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  CHECK ((status = 'failed') = (error_code IS NOT NULL)),
  CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_unfinished ON atoll.jobs (status) WHERE status IN ('pending', 'running');
