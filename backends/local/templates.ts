import { allProjects } from '../../mail/email/project.ts'
import type { StoredTemplate, TemplateQuery, Templates } from '../../mail/ports/templates.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import { isForward, pageOf, type Row } from './pages.ts'

/** Templates that are kept by the API, as rows. */
export function sqliteTemplates({ sql, write }: Store): Templates {
  return {
    create: (template) =>
      write(() => {
        if (isTaken(sql, template)) return 'taken'
        const { id, project, alias = null, revision } = template
        const text =
          'INSERT INTO templates (id, project, alias, revision, template) VALUES (?, ?, ?, ?, ?)'
        sql(text).run(id, project, alias, revision, JSON.stringify(template))
        return 'written'
      }),
    async get(id, scope) {
      const text = `SELECT template FROM templates WHERE ${inScope} AND id = ?`
      const row = sql(text).get(scope, scope, id)
      return row && templateOf(row)
    },
    async named(alias, project) {
      const text = 'SELECT template FROM templates WHERE project = ? AND alias = ?'
      const row = sql(text).get(project, alias)
      return row && templateOf(row)
    },
    async list(query) {
      const { text, values } = listStatement(query)
      return pageOf(sql(text).all(...values, query.limit + 1), query, templateOf)
    },
    replace: (template) =>
      write(() => {
        if (isTaken(sql, template)) return 'taken'
        const { id, alias = null, revision } = template
        const text = `UPDATE templates SET alias = ?, revision = ?, template = ?
          WHERE id = ? AND revision = ?`
        const values = [alias, revision, JSON.stringify(template), id, revision - 1]
        return sql(text).run(...values).changes === 1 ? 'written' : 'stale'
      }),
    remove: ({ id, revision }) =>
      write(() => {
        const text = 'DELETE FROM templates WHERE id = ? AND revision = ?'
        return sql(text).run(id, revision).changes === 1
      }),
  }
}

function isTaken(sql: Store['sql'], { id, project, alias }: StoredTemplate): boolean {
  if (alias === undefined) return false
  const text = 'SELECT id FROM templates WHERE project = ? AND alias = ? AND id <> ?'
  return sql(text).get(project, alias, id) !== undefined
}

/** Its last value, the number of rows, is left to the caller. */
function listStatement(query: TemplateQuery) {
  const { scope, after, before } = query
  const terms = [
    ...(scope === allProjects ? [] : [['project = ?', scope]]),
    ...(after === undefined ? [] : [['id < ?', after]]),
    ...(before === undefined ? [] : [['id > ?', before]]),
  ] as [string, string][]
  const where = ['TRUE', ...terms.map(([term]) => term)].join(' AND ')
  const order = isForward(query) ? 'ASC' : 'DESC'
  return {
    text: `SELECT template FROM templates WHERE ${where} ORDER BY id ${order} LIMIT ?`,
    values: terms.map(([, value]) => value),
  }
}

function templateOf(row: Row): StoredTemplate {
  return JSON.parse(row['template'] as string) as StoredTemplate
}
