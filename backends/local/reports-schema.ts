/** Events by their ids, which are in the order of time; how many by the hour; signals that wait. */
export const reportsSchema = `
  CREATE TABLE events (
    id TEXT PRIMARY KEY NOT NULL,
    project TEXT NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    event TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX events_by_project ON events (project, id);
  CREATE INDEX events_by_recorded_at ON events (recorded_at);

  CREATE TABLE told_hours (
    hour INTEGER NOT NULL,
    project TEXT NOT NULL,
    type TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (hour, project, type)
  ) WITHOUT ROWID;
  CREATE TRIGGER events_told AFTER INSERT ON events BEGIN
    INSERT INTO told_hours VALUES (new.recorded_at / 3600000, new.project, new.type, 1)
      ON CONFLICT DO UPDATE SET events = events + 1;
  END;

  CREATE TABLE signals (
    seq INTEGER PRIMARY KEY,
    put_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    signal TEXT NOT NULL
  );
  CREATE INDEX signals_by_due_at ON signals (due_at);
  `
