/**
 * An email counts each time it settles, by what it came to then: what is told of it later is counted
 * as told, and moves nothing.
 */
export const statsSchema = `
  DROP TRIGGER emails_settled;
  DROP TRIGGER emails_unsettled;
  CREATE TRIGGER emails_settled AFTER UPDATE OF settled_at ON emails
    WHEN new.settled_at IS NOT NULL AND old.settled_at IS NOT new.settled_at
  BEGIN
    INSERT INTO settled_hours VALUES (new.settled_at / 3600000, new.project, new.state, 1)
      ON CONFLICT DO UPDATE SET emails = emails + 1;
  END;
  `
