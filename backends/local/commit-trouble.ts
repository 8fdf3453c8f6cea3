import type { Store } from './group-commit.ts'

/**
 * Why transactions fail, if the last one did: the disk may have room again though nothing was
 * written since, so that is tried first.
 */
export async function commitTrouble({ sql, write, trouble }: Store): Promise<unknown> {
  if (trouble() === undefined) return undefined
  // A row that comes and goes in one transaction still has its page written.
  await write(() => {
    sql("INSERT INTO settled_hours VALUES (0, '', 0) ON CONFLICT DO NOTHING").run()
    sql("DELETE FROM settled_hours WHERE hour = 0 AND state = ''").run()
  }).catch(() => undefined)
  return trouble()
}
