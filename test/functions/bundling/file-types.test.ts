import { expect, it } from 'vitest'
import type { typeOf } from '../../../mail/request/attachments.ts'
import { bundled } from './bundled.ts'

it('knows the types of files in a bundle, too', { timeout: 60_000 }, async () => {
  const source = "export { typeOf } from './mail/request/attachments.ts'"
  const { typeOf: inBundle } = await bundled<{ typeOf: typeof typeOf }>(source)
  expect(['report.pdf', 'a.docx', 'README'].map(inBundle)).toEqual([
    'application/pdf',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/octet-stream',
  ])
})
