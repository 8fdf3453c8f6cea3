/**
 * What is suppressed, a row for each place. A row without reasons is there for its history alone,
 * until `forgotten_at`. The list is empty where every email is meant.
 */
export const suppressionsSchema = `
  CREATE TABLE suppressions (
    address TEXT NOT NULL,
    project TEXT NOT NULL,
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    spelling TEXT NOT NULL,
    reasons TEXT NOT NULL,
    causes TEXT NOT NULL,
    history TEXT NOT NULL,
    forgotten_at INTEGER,
    PRIMARY KEY (address, project, list)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX suppressions_by_id ON suppressions (id) WHERE forgotten_at IS NULL;
  CREATE INDEX suppressions_forgotten ON suppressions (forgotten_at)
    WHERE forgotten_at IS NOT NULL;
  `

/** What links to unsubscribe are signed with. */
export const linkKeysSchema = `
  CREATE TABLE link_keys (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL
  );
  `
