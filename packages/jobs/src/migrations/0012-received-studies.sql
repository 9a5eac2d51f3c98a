-- Examinations that archives and scanners sent, or that were fetched from an archive, and what has become of them. The
-- files lie in a store of their own. Nothing here names a patient: DICOM's UIDs and ids of our own.
CREATE TABLE atoll.studies (
  -- 128 random bits.
  study_id text PRIMARY KEY,
  study_uid text NOT NULL,
  owner text,
  owner_groups text[] NOT NULL DEFAULT '{}',
  state text NOT NULL CHECK (state IN ('receiving', 'running', 'sending', 'done', 'ignored', 'failed')),
  -- Grows whenever somebody takes the study up and whenever something new arrives: who holds an old one changes nothing.
  turn integer NOT NULL DEFAULT 0,
  -- Grows whenever something new arrives that makes another case of it.
  round integer NOT NULL DEFAULT 1,
  attempts integer NOT NULL DEFAULT 0,
  received_at timestamptz NOT NULL DEFAULT now(),
  -- When there is something to do next; null for nothing.
  due_at timestamptz,
  held_until timestamptz,
  case_id text,
  job_id text,
  -- Of the images of the case, so that what adds nothing to them makes no second one.
  fingerprint text,
  -- Files of the series that the DWI was made of.
  sources text[] NOT NULL DEFAULT '{}',
  error_code text
);
CREATE UNIQUE INDEX studies_of_owner ON atoll.studies (coalesce(owner, ''), study_uid);
CREATE INDEX studies_due ON atoll.studies (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE atoll.study_instances (
  study_id text NOT NULL REFERENCES atoll.studies (study_id) ON DELETE CASCADE,
  sop_uid text NOT NULL,
  -- Of its file in the store.
  file_id text NOT NULL UNIQUE,
  size_bytes bigint NOT NULL,
  PRIMARY KEY (study_id, sop_uid)
);

-- Results on their way back: one row for each job and archive.
CREATE TABLE atoll.study_deliveries (
  study_id text NOT NULL REFERENCES atoll.studies (study_id) ON DELETE CASCADE,
  job_id text NOT NULL,
  archive text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  error_code text,
  PRIMARY KEY (job_id, archive)
);
