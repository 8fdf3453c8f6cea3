/** Endpoints, and what each is told; only what waits is in the index by time. */
export const webhooksSchema = `
  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    project TEXT NOT NULL,
    revision INTEGER NOT NULL,
    webhook TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER,
    put_at INTEGER NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    tries TEXT NOT NULL,
    UNIQUE (webhook_id, id)
  );
  CREATE INDEX notices_due ON notices (webhook_id, due_at) WHERE state = 'waiting';
  CREATE INDEX notices_by_put_at ON notices (put_at);
  `
