import { expect, it } from 'vitest'
import { dynamoTemplates } from '../../../backends/aws/templates.ts'
import { dynamoTable, type Table } from '../../../backends/aws/table/table.ts'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { virtualClock } from '../../virtual-clock.ts'
import { aTemplate, testTemplates } from '../../conformance/templates.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) => {
  async function open() {
    const clock = virtualClock()
    const { tableName } = await aws.place()
    const client = new DynamoDBClient(aws.access)
    const table = dynamoTable(() => client, tableName)
    return { table, clock, templates: dynamoTemplates(table, clock), close: () => client.destroy() }
  }

  testTemplates('DynamoDB', open)

  /** A process that ends when it has written so often. */
  const endingAfter = (table: Table, writes: number): Table => {
    let left = writes
    const spend = () => {
      if (left-- === 0) throw new Error('it ended')
    }
    return {
      ...table,
      async put(...put) {
        spend()
        return table.put(...put)
      },
      async update(...update) {
        spend()
        return table.update(...update)
      },
      async remove(key) {
        spend()
        return table.remove(key)
      },
    }
  }

  it('an alias whose template was never written is free after a minute', async () => {
    const { table, clock, templates, close } = await open()
    const lost = aTemplate({ alias: 'welcome' })
    await expect(dynamoTemplates(endingAfter(table, 2), clock).create(lost)).rejects.toThrow(
      'ended',
    )
    expect(await templates.named('welcome', 'default')).toBeUndefined()
    expect((await templates.list({ scope: '*', limit: 9 })).data).toEqual([])
    const next = aTemplate({ alias: 'welcome' })
    expect(await templates.create(next)).toBe('taken')
    await clock.advance(60_000)
    expect(await templates.create(next)).toBe('written')
    close()
  })

  it.each([1, 2, 3])('is gone for good when its removal ends after write %i', async (writes) => {
    const { table, clock, templates, close } = await open()
    const template = aTemplate({ alias: 'welcome' })
    await templates.create(template)
    const removal = dynamoTemplates(endingAfter(table, writes), clock).remove(template)
    await expect(removal).rejects.toThrow('ended')
    expect(await templates.get(template.id, '*')).toBeUndefined()
    expect((await templates.list({ scope: '*', limit: 9 })).data).toEqual([])
    await clock.advance(60_000)
    expect(await templates.create(aTemplate({ alias: 'welcome' }))).toBe('written')
    close()
  })
})
