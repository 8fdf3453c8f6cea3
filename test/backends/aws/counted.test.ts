import { expect, it } from 'vitest'
import { dynamoTable } from '../../../backends/aws/table/table.ts'
import { countOf } from '../../../backends/aws/table/walk.ts'
import { clients } from '../../../backends/aws/clients.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  it('counts as far as it is told to, however many there are', async () => {
    const { tableName } = await aws.place()
    const { dynamodb, close } = clients(aws.access)
    const table = dynamoTable(dynamodb, tableName)
    await table.putAll(
      Array.from({ length: 40 }, (_, n) => ({ p: 'x', s: `${n}`, l: 'part', i: `${n + 100}` })),
    )
    const query = { index: 'list', where: { text: 'l = :in', values: { ':in': 'part' } } }
    expect(await countOf(table, query, 1_000)).toBe(40)
    expect(await countOf(table, query, 25)).toBe(25)
    close()
  }),
)
