import type { DatabaseSync } from 'node:sqlite'
import { comparisonKey } from '../../mail/email/address.ts'
import { auditSchema } from './audit-schema.ts'
import { captureNewsSchema } from './capture-news-schema.ts'
import { eventsSchema } from './events-schema.ts'
import { inboxSchema } from './inbox-schema.ts'
import { projectsSchema } from './projects-schema.ts'
import { reportsSchema } from './reports-schema.ts'
import { reputationSchema } from './reputation-schema.ts'
import { statsSchema } from './stats-schema.ts'
import { streamsSchema } from './streams-schema.ts'
import { straysSchema } from './strays-schema.ts'
import { linkKeysSchema, suppressionsSchema } from './suppressions-schema.ts'
import { templatesSchema } from './templates-schema.ts'
import { webhooksSchema } from './webhooks-schema.ts'

/**
 * The schema, one migration after another: `user_version` counts how many a database has seen.
 * What was released is never edited; a change is one more entry.
 *
 * Small columns hold what is compared and counted; `accepted` holds the rest of a record, which
 * never changes after acceptance and is written once.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE emails (
    id TEXT PRIMARY KEY NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    next_attempt_at INTEGER,
    lease_until INTEGER,
    claim TEXT,
    since INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    settled_at INTEGER,
    last_reason TEXT,
    recipients TEXT NOT NULL,
    timeline TEXT NOT NULL,
    accepted TEXT NOT NULL
  );
  CREATE INDEX emails_by_state ON emails (state, id);
  CREATE INDEX emails_by_settled_at ON emails (settled_at) WHERE settled_at IS NOT NULL;

  CREATE TABLE email_recipients (
    address TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (address, id)
  ) WITHOUT ROWID;

  CREATE TABLE idempotency (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
  ) WITHOUT ROWID;
  CREATE INDEX idempotency_by_expires_at ON idempotency (expires_at);

  CREATE TABLE keys (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    permission TEXT NOT NULL,
    domain TEXT,
    capture INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  );

  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    email_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    scheduled INTEGER NOT NULL,
    job TEXT NOT NULL
  );
  CREATE INDEX jobs_by_lane ON jobs (lane, due_at);
  CREATE INDEX jobs_by_due_at ON jobs (due_at, lane);
  CREATE INDEX jobs_scheduled ON jobs (email_id, due_at) WHERE scheduled = 1;

  CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY NOT NULL,
    email_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
  );
  CREATE INDEX dead_letters_by_email ON dead_letters (email_id);

  CREATE TABLE blobs (
    key TEXT PRIMARY KEY NOT NULL,
    bytes BLOB NOT NULL
  );

  CREATE TABLE captures (
    id TEXT PRIMARY KEY NOT NULL,
    email_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    size INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    folded_subject TEXT NOT NULL
  );
  CREATE INDEX captures_by_subject ON captures (id, folded_subject);
  CREATE INDEX captures_by_at ON captures (at);
  CREATE TABLE captured_emls (
    id TEXT PRIMARY KEY NOT NULL,
    eml BLOB NOT NULL
  );
  CREATE TABLE capture_recipients (
    address TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (address, id)
  ) WITHOUT ROWID;

  CREATE TABLE standing (
    engine TEXT PRIMARY KEY NOT NULL,
    paused_until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    pauses INTEGER NOT NULL
  );
  CREATE TABLE verdict (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    engines TEXT NOT NULL
  );
  `,
  `
  CREATE TABLE sessions (
    hash TEXT PRIMARY KEY NOT NULL,
    key_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX sessions_by_expires_at ON sessions (expires_at);
  `,
  `
  ALTER TABLE idempotency ADD COLUMN refused TEXT;
  `,
  `
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    size INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    filename TEXT,
    expires_at INTEGER NOT NULL,
    bytes BLOB
  );
  CREATE INDEX uploads_by_expires_at ON uploads (expires_at);
  `,
  `
  CREATE TABLE groups (
    id TEXT PRIMARY KEY NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    stop TEXT
  ) WITHOUT ROWID;
  CREATE INDEX groups_by_expires_at ON groups (expires_at);
  CREATE INDEX groups_stopped ON groups (id) WHERE stop IS NOT NULL;
  `,
  `
  CREATE TABLE capture_order (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE
  );
  CREATE VIRTUAL TABLE capture_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61', prefix = '2'
  );
  INSERT INTO capture_order (id) SELECT id FROM captures ORDER BY id;
  INSERT INTO capture_words (rowid, words)
    SELECT seq, recipients || ' ' || subject FROM capture_order JOIN captures USING (id);

  CREATE TABLE capture_counts (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL
  );
  INSERT INTO capture_counts SELECT 1, count(*), coalesce(sum(seen = 0), 0) FROM captures;
  CREATE TRIGGER captures_added AFTER INSERT ON captures BEGIN
    UPDATE capture_counts SET total = total + 1, unread = unread + (new.seen = 0);
  END;
  CREATE TRIGGER captures_removed AFTER DELETE ON captures BEGIN
    UPDATE capture_counts SET total = total - 1, unread = unread - (old.seen = 0);
  END;
  CREATE TRIGGER captures_marked AFTER UPDATE OF seen ON captures BEGIN
    UPDATE capture_counts SET unread = unread + (new.seen = 0) - (old.seen = 0);
  END;
  `,
  `
  CREATE TABLE settled_hours (
    hour INTEGER NOT NULL,
    state TEXT NOT NULL,
    emails INTEGER NOT NULL,
    PRIMARY KEY (hour, state)
  ) WITHOUT ROWID;
  INSERT INTO settled_hours
    SELECT settled_at / 3600000 AS hour, state, count(*) FROM emails
    WHERE settled_at IS NOT NULL GROUP BY hour, state;
  CREATE TRIGGER emails_created_settled AFTER INSERT ON emails
    WHEN new.settled_at IS NOT NULL
  BEGIN
    INSERT INTO settled_hours VALUES (new.settled_at / 3600000, new.state, 1)
      ON CONFLICT DO UPDATE SET emails = emails + 1;
  END;
  CREATE TRIGGER emails_settled AFTER UPDATE OF settled_at ON emails
    WHEN new.settled_at IS NOT NULL
      AND (old.settled_at IS NOT new.settled_at OR old.state <> new.state)
  BEGIN
    INSERT INTO settled_hours VALUES (new.settled_at / 3600000, new.state, 1)
      ON CONFLICT DO UPDATE SET emails = emails + 1;
  END;
  CREATE TRIGGER emails_unsettled AFTER UPDATE OF settled_at ON emails
    WHEN old.settled_at IS NOT NULL
      AND (old.settled_at IS NOT new.settled_at OR old.state <> new.state)
  BEGIN
    UPDATE settled_hours SET emails = emails - 1
      WHERE hour = old.settled_at / 3600000 AND state = old.state;
  END;
  `,
  // Without AUTOINCREMENT, which writes one more page with every commit.
  `
  CREATE TABLE jobs_again (
    seq INTEGER PRIMARY KEY,
    email_id TEXT NOT NULL,
    lane TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    scheduled INTEGER NOT NULL,
    job TEXT NOT NULL
  );
  INSERT INTO jobs_again SELECT seq, email_id, lane, due_at, scheduled, job FROM jobs;
  DROP TABLE jobs;
  ALTER TABLE jobs_again RENAME TO jobs;
  CREATE INDEX jobs_by_lane ON jobs (lane, due_at);
  CREATE INDEX jobs_by_due_at ON jobs (due_at, lane);
  CREATE INDEX jobs_scheduled ON jobs (email_id, due_at) WHERE scheduled = 1;
  `,
  // These were in lower case, which is another text beyond ASCII only.
  `
  UPDATE OR REPLACE email_recipients SET address = comparison_key(address)
    WHERE address GLOB '*[^ -~]*';
  UPDATE OR REPLACE capture_recipients SET address = comparison_key(address)
    WHERE address GLOB '*[^ -~]*';
  `,
  projectsSchema,
  `
  ALTER TABLE standing ADD COLUMN since INTEGER;
  ALTER TABLE standing ADD COLUMN of_engine INTEGER;
  `,
  suppressionsSchema,
  streamsSchema,
  straysSchema,
  linkKeysSchema,
  reportsSchema,
  webhooksSchema,
  reputationSchema,
  eventsSchema,
  statsSchema,
  templatesSchema,
  inboxSchema,
  auditSchema,
  captureNewsSchema,
  'ALTER TABLE notices ADD COLUMN traceparent TEXT',
]

/** What migrations call that SQL does not have. */
export function addFunctions(db: DatabaseSync): void {
  db.function('comparison_key', (address) => comparisonKey(String(address)))
}
