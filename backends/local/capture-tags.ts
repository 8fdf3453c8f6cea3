import { tagKey } from '../../mail/email/tag-words.ts'
import type { Store } from './group-commit.ts'

/** The tags that captures are found by. */
export function indexTags(sql: Store['sql'], id: string, tags: readonly string[]) {
  for (const tag of tags)
    sql('INSERT INTO capture_tags (tag, id) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      ...[tagKey(tag), id],
    )
}

export function unindexTags(sql: Store['sql'], id: string, tags: readonly string[]) {
  for (const tag of tags)
    sql('DELETE FROM capture_tags WHERE tag = ? AND id = ?').run(tagKey(tag), id)
}
