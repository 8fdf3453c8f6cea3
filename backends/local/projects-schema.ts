/**
 * What makes rows belong to projects, those that are there to `default`. A column with a default
 * rewrites no row; the ids of the other projects are kept apart, because an index would read all
 * emails first.
 */
export const projectsSchema = `
  ALTER TABLE emails ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
  CREATE TABLE project_emails (
    project TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (project, id)
  ) WITHOUT ROWID;
  CREATE TRIGGER project_emails_added AFTER INSERT ON emails WHEN new.project <> 'default' BEGIN
    INSERT INTO project_emails VALUES (new.project, new.id);
  END;
  CREATE TRIGGER project_emails_removed AFTER DELETE ON emails WHEN old.project <> 'default' BEGIN
    DELETE FROM project_emails WHERE project = old.project AND id = old.id;
  END;

  ALTER TABLE keys ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
  UPDATE keys SET project = '*' WHERE permission = 'full_access';

  ALTER TABLE groups ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
  ALTER TABLE dead_letters ADD COLUMN project TEXT NOT NULL DEFAULT 'default';

  ALTER TABLE captures ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
  DROP TRIGGER captures_added;
  DROP TRIGGER captures_removed;
  DROP TRIGGER captures_marked;
  ALTER TABLE capture_counts RENAME TO capture_counts_before;
  CREATE TABLE capture_counts (
    project TEXT PRIMARY KEY NOT NULL,
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO capture_counts SELECT 'default', total, unread FROM capture_counts_before;
  DROP TABLE capture_counts_before;
  CREATE TRIGGER captures_added AFTER INSERT ON captures BEGIN
    INSERT INTO capture_counts VALUES (new.project, 1, new.seen = 0) ON CONFLICT DO UPDATE
      SET total = total + 1, unread = unread + excluded.unread;
  END;
  CREATE TRIGGER captures_removed AFTER DELETE ON captures BEGIN
    UPDATE capture_counts SET total = total - 1, unread = unread - (old.seen = 0)
      WHERE project = old.project;
  END;
  CREATE TRIGGER captures_marked AFTER UPDATE OF seen ON captures BEGIN
    UPDATE capture_counts SET unread = unread + (new.seen = 0) - (old.seen = 0)
      WHERE project = new.project;
  END;

  DROP TRIGGER emails_created_settled;
  DROP TRIGGER emails_settled;
  DROP TRIGGER emails_unsettled;
  ALTER TABLE settled_hours RENAME TO settled_hours_before;
  CREATE TABLE settled_hours (
    hour INTEGER NOT NULL,
    project TEXT NOT NULL,
    state TEXT NOT NULL,
    emails INTEGER NOT NULL,
    PRIMARY KEY (hour, project, state)
  ) WITHOUT ROWID;
  INSERT INTO settled_hours SELECT hour, 'default', state, emails FROM settled_hours_before;
  DROP TABLE settled_hours_before;
  CREATE TRIGGER emails_created_settled AFTER INSERT ON emails
    WHEN new.settled_at IS NOT NULL
  BEGIN
    INSERT INTO settled_hours VALUES (new.settled_at / 3600000, new.project, new.state, 1)
      ON CONFLICT DO UPDATE SET emails = emails + 1;
  END;
  CREATE TRIGGER emails_settled AFTER UPDATE OF settled_at ON emails
    WHEN new.settled_at IS NOT NULL
      AND (old.settled_at IS NOT new.settled_at OR old.state <> new.state)
  BEGIN
    INSERT INTO settled_hours VALUES (new.settled_at / 3600000, new.project, new.state, 1)
      ON CONFLICT DO UPDATE SET emails = emails + 1;
  END;
  CREATE TRIGGER emails_unsettled AFTER UPDATE OF settled_at ON emails
    WHEN old.settled_at IS NOT NULL
      AND (old.settled_at IS NOT new.settled_at OR old.state <> new.state)
  BEGIN
    UPDATE settled_hours SET emails = emails - 1
      WHERE hour = old.settled_at / 3600000 AND project = old.project AND state = old.state;
  END;
  `
