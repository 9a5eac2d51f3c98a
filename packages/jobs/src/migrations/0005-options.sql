-- Switches of the engine that were on; what was run without them is not the same.
ALTER TABLE atoll.jobs ADD COLUMN options text[] NOT NULL DEFAULT '{}';
