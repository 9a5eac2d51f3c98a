-- A submission whose answer was lost is sent again with the same key, and must find the job that it made.
ALTER TABLE atoll.jobs ADD COLUMN submission_key text;
CREATE UNIQUE INDEX jobs_submission_key ON atoll.jobs (submission_key) WHERE submission_key IS NOT NULL;
