/** How recipients took what was sent, by the hour in which it was; and which senders are watched. */
export const reputationSchema = `
  CREATE TABLE sender_hours (
    hour INTEGER NOT NULL,
    project TEXT NOT NULL,
    domain TEXT NOT NULL,
    sent INTEGER NOT NULL,
    bounced INTEGER NOT NULL,
    complained INTEGER NOT NULL,
    PRIMARY KEY (hour, project, domain)
  ) WITHOUT ROWID;

  CREATE TABLE sender_watches (
    project TEXT NOT NULL,
    domain TEXT NOT NULL,
    level TEXT NOT NULL,
    since INTEGER NOT NULL,
    reason TEXT NOT NULL,
    counted_from INTEGER,
    PRIMARY KEY (project, domain)
  ) WITHOUT ROWID;
  `
