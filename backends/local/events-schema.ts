/**
 * Events in the order in which they were told, and by the email that they are of. The order goes on
 * from the time, so that it never begins again, even when no event is left.
 */
export const eventsSchema = `
  ALTER TABLE events ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN email_id TEXT;
  UPDATE events SET seq = told.seq, email_id = event ->> '$.emailId'
    FROM (SELECT id AS of, row_number() OVER (ORDER BY recorded_at, id) AS seq FROM events) AS told
    WHERE id = told.of;
  CREATE UNIQUE INDEX events_by_seq ON events (seq);
  DROP INDEX events_by_project;
  CREATE INDEX events_by_project ON events (project, seq);
  CREATE INDEX events_by_email ON events (email_id) WHERE email_id IS NOT NULL;
  `
