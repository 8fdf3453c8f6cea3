import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { sendBody } from '../../../api/sendgrid/send-body.ts'
import { readProjectFile } from '../../house/tree.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Every field that the schema knows: of the personalizations and of the settings those in them. */
function fieldsOf({ properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (name.endsWith('_settings')) return Object.keys(schema.properties!)
    return name === 'personalizations' ? [name, ...fieldsOf(schema.items!)] : [name]
  })
}

describe('the page on coming from SendGrid', () => {
  const page = readProjectFile('docs/migrate/sendgrid.md')

  it.each(fieldsOf(z.toJSONSchema(sendBody, { io: 'input' }) as Schema))(
    'says what becomes of %s',
    (field) => {
      expect(page).toMatch(new RegExp(`[\`.]${field}\``))
    },
  )
})
