-- What a client has seen of a job, it names by this number.
ALTER TABLE atoll.jobs ADD COLUMN version integer NOT NULL DEFAULT 1;

-- Word of every change of a job to whoever listens, in any process: it leaves with the commit that makes the
-- change, so that nobody hears of what did not happen. The payload is the id and the state. Nobody can wait for word
-- of a job whose id is not out yet, so its making is not told: commits that notify queue up behind each other.
CREATE FUNCTION atoll.tell_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM pg_notify('atoll_jobs', OLD.job_id || ' deleted');
    RETURN OLD;
  END IF;
  PERFORM pg_notify('atoll_jobs', NEW.job_id || ' ' || NEW.status);
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER tell_of_job BEFORE UPDATE OR DELETE ON atoll.jobs
  FOR EACH ROW EXECUTE FUNCTION atoll.tell_of_job();
