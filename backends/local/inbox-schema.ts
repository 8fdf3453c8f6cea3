/**
 * What an inbox of tests is asked for: tags, what a list shows of an email, and the captures of one
 * project where another has very many.
 */
export const inboxSchema = `
  ALTER TABLE captures ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE captures ADD COLUMN outline TEXT;
  CREATE TABLE capture_tags (
    tag TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (tag, id)
  ) WITHOUT ROWID;
  CREATE INDEX captures_by_project ON captures (project, id);
  `
