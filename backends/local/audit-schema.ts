/** Who changed what, in the order of time. */
export const auditSchema = `
  CREATE TABLE audit (
    id TEXT PRIMARY KEY NOT NULL,
    project TEXT NOT NULL,
    at INTEGER NOT NULL,
    line TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX audit_by_project ON audit (project, id);
  CREATE INDEX audit_by_at ON audit (at);
  `
