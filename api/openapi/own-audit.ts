import * as z from 'zod'
import { auditActions, auditActors, auditOutcomes } from '../../mail/email/audit.ts'
import type { Operation } from './operation.ts'
import { id, ownList, paging, time } from './shapes.ts'

export const auditItem = z.object({
  id,
  at: time.meta({ description: 'When it was asked for.' }),
  project: z.string().meta({ description: '`*`: what all share, or done for all.' }),
  action: z.enum(auditActions),
  outcome: z.enum(auditOutcomes).meta({
    description: '`begun`: not answered yet, or a crash came between: it may have been done.',
  }),
  by: z.object({
    actor: z.enum(auditActors),
    id: z.string().nullable().meta({ description: 'Of the API key.' }),
    name: z.string().nullable().meta({ description: 'Of the API key, then.' }),
  }),
  about: z.string().nullable().meta({ description: 'The id of what was changed.' }),
  changes: z.array(z.string()).meta({ description: 'Names of settings and secrets.' }),
})

/** Who changed what. */
export const auditOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/audit',
    summary: 'List who changed what, newest first',
    needs: 'full_access',
    query: paging,
    answer: { status: 200, body: ownList(auditItem) },
  },
]
