-- Which database this is. Stores of results and of brought cases name the database that they belong to, so that
-- what another one does not know is not taken for rubbish.
CREATE TABLE atoll.identity (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  database_id text NOT NULL CHECK (database_id ~ '^[0-9a-f]{32}$')
);
INSERT INTO atoll.identity (database_id) VALUES (replace(gen_random_uuid()::text, '-', ''));
