/**
 * Whether the row of a table is in a scope, which is bound twice: the name of a project, or `*` for
 * all (mail/email/project.ts).
 */
export const inScope = `(? = '*' OR project = ?)`
