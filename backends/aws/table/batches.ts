import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Item, Key } from './item.ts'
import { untilNothingIsLeft } from '../until-nothing-is-left.ts'
import { marshalled } from './expressions.ts'

/** Most keys and most items that one call takes. */
const mostKeys = 100
const mostItems = 25

/** Reads many items as they are now, in any order; missing ones are left out. */
export async function getAll(
  client: DynamoDBClient,
  name: string,
  keys: readonly Key[],
): Promise<readonly Item[]> {
  const found: Item[] = []
  for (let first = 0; first < keys.length; first += mostKeys)
    await untilNothingIsLeft(
      keys.slice(first, first + mostKeys).map(marshalled),
      persistence,
      async (Keys) => {
        const RequestItems = { [name]: { Keys: [...Keys], ConsistentRead: true } }
        const answer = await client.send(new BatchGetItemCommand({ RequestItems }))
        found.push(...(answer.Responses?.[name] ?? []).map((item) => unmarshall(item)))
        return answer.UnprocessedKeys?.[name]?.Keys
      },
    )
  return found
}

/** Writes many items, without conditions. */
export async function putAll(
  client: DynamoDBClient,
  name: string,
  items: readonly Item[],
): Promise<void> {
  const puts = items.map((item) => ({ PutRequest: { Item: marshalled(item) } }))
  for (let first = 0; first < puts.length; first += mostItems)
    await untilNothingIsLeft(puts.slice(first, first + mostItems), persistence, async (rest) => {
      const RequestItems = { [name]: [...rest] }
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems }))
      return answer.UnprocessedItems?.[name] as typeof puts | undefined
    })
}

const persistence = { rounds: 8, words: 'DynamoDB keeps leaving items undone' }
