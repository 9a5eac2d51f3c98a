-- What readers made of a result. Of two that revise the same at the same time, the conditional change of this count
-- lets exactly one pass; it also tells whoever listens to the job.
ALTER TABLE atoll.jobs ADD COLUMN revisions integer NOT NULL DEFAULT 0 CHECK (revisions >= 0);

CREATE TABLE atoll.revisions (
  -- Of its set of files, which lies among the results.
  revision_id text PRIMARY KEY CHECK (revision_id ~ '^[0-9a-f]{32}$'),
  job_id text NOT NULL REFERENCES atoll.jobs (job_id) ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  parent integer NOT NULL CHECK (parent >= 0 AND parent < number),
  author text NOT NULL,
  note text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('accepted', 'corrected', 'rejected')),
  mask_sha256 text NOT NULL,
  volume_ml double precision NOT NULL,
  lesion_count integer NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (job_id, number)
);
