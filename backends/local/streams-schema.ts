/**
 * The streams of emails; those that are there are transactional. As with projects, a column with a
 * default rewrites no row. The ids of bulk emails are kept apart, so that either stream is found among
 * a million of the other, and a transactional email costs no write more.
 */
export const streamsSchema = `
  ALTER TABLE emails ADD COLUMN stream TEXT NOT NULL DEFAULT 'transactional';
  CREATE TABLE bulk_emails (id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
  CREATE TRIGGER bulk_emails_added AFTER INSERT ON emails WHEN new.stream = 'bulk' BEGIN
    INSERT INTO bulk_emails VALUES (new.id);
  END;
  CREATE TRIGGER bulk_emails_removed AFTER DELETE ON emails WHEN old.stream = 'bulk' BEGIN
    DELETE FROM bulk_emails WHERE id = old.id;
  END;

  ALTER TABLE keys ADD COLUMN stream TEXT;
  `
