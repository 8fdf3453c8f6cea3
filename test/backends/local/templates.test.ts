import { testTemplates } from '../../conformance/templates.ts'
import { temporaryBackend } from './temporary.ts'

testTemplates('SQLite', async () => {
  const { backend, clock, close } = temporaryBackend()
  return { templates: backend.templates, clock, close }
})
