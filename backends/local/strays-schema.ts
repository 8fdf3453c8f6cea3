/** Returned email that is kept for a person. */
export const straysSchema = `
  CREATE TABLE strays (
    id TEXT PRIMARY KEY NOT NULL,
    proven INTEGER NOT NULL,
    stray TEXT NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE INDEX strays_by_proof ON strays (proven, id);
`
