-- Ids of brought cases that are gone by their age, so that an old link can be told from a wrong one.
CREATE TABLE atoll.expired_cases (
  case_id text PRIMARY KEY,
  expired_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX jobs_of_case ON atoll.jobs (case_id);
