-- What it meant the preset says already, for each engine that knew it; to the others it made the same jobs different.
ALTER TABLE atoll.jobs DROP COLUMN fast_mode;
