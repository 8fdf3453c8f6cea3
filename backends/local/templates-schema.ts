/** Templates that are kept by the API; their texts are blobs. */
export const templatesSchema = `
  CREATE TABLE templates (
    id TEXT PRIMARY KEY NOT NULL,
    project TEXT NOT NULL,
    alias TEXT,
    revision INTEGER NOT NULL,
    template TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX templates_by_alias ON templates (project, alias) WHERE alias IS NOT NULL;
  `
