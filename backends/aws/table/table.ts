import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { getAll, putAll } from './batches.ts'
import {
  type Condition,
  conditional,
  marshalled,
  type Update,
  updateExpression,
} from './expressions.ts'
import type { Item, Key } from './item.ts'

/** What became of a conditional write. Refused: with the item that stood in the way, if any. */
type Written =
  | { readonly applied: true; readonly item: Item }
  | { readonly applied: false; readonly item?: Item }

export interface TableQuery {
  readonly index?: string
  readonly where: Condition
  readonly limit?: number
  /** Ascending unless told otherwise. */
  readonly descending?: boolean
  readonly consistent?: boolean
  /** Where the page before ended. */
  readonly from?: Item
  readonly countOnly?: boolean
}

interface QueryPage {
  readonly items: readonly Item[]
  readonly count: number
  readonly next?: Item
}

/**
 * The one table. Names of attributes have one letter: that is never a reserved word, so that
 * expressions can name them as they are, and costs one byte.
 */
export interface Table {
  /** As it is now. */
  get(key: Key): Promise<Item | undefined>
  /** As it is now or was a moment ago, mostly less than a second, for half the price. */
  glance(key: Key): Promise<Item | undefined>
  /** As they are now, in any order; missing ones are left out. */
  getAll(keys: readonly Key[]): Promise<readonly Item[]>
  put(item: Key & Item, condition?: Condition): Promise<Written>
  putAll(items: readonly (Key & Item)[]): Promise<void>
  update(key: Key, update: Update, condition?: Condition): Promise<Written>
  /** Says whether it was there, and as the condition has it. */
  remove(key: Key, condition?: Condition): Promise<boolean>
  /** One page. */
  query(query: TableQuery): Promise<QueryPage>
  /** One page of all there is, in no order: for what is done seldom. */
  scan(limit: number, from?: Key): Promise<QueryPage>
}

/** Conditions that many writes have. */
export const absent: Condition = { text: 'attribute_not_exists(p)' }

export const present: Condition = { text: 'attribute_exists(p)' }

export function dynamoTable(client: () => DynamoDBClient, name: string): Table {
  const TableName = name

  async function read(key: Key, ConsistentRead: boolean): Promise<Item | undefined> {
    const request = { TableName, Key: marshalled(key), ConsistentRead }
    const { Item } = await client().send(new GetItemCommand(request))
    return Item && unmarshall(Item)
  }

  return {
    get: (key) => read(key, true),
    glance: (key) => read(key, false),
    getAll: (keys) => getAll(client(), name, keys),
    put: (item, condition) =>
      marked(async (mark) => {
        const written = { ...item, n: mark }
        const request = { TableName, Item: marshalled(written), ...conditional(condition) }
        await client().send(new PutItemCommand(request))
        return written
      }),
    putAll: (items) => putAll(client(), name, items),
    update: (key, update, condition) =>
      marked(async (mark) => {
        const expression = updateExpression({ ...update, set: { ...update.set, n: mark } })
        const request = {
          TableName,
          Key: marshalled(key),
          ...conditional(condition, expression),
          ReturnValues: 'ALL_NEW',
        } as const
        return unmarshall((await client().send(new UpdateItemCommand(request))).Attributes!)
      }),
    async remove({ p, s }, condition) {
      const Key = marshalled({ p, s })
      const request = {
        TableName,
        Key,
        ...conditional(condition),
        ReturnValues: 'ALL_OLD',
      } as const
      const answer = await client().send(new DeleteItemCommand(request)).catch(unlessRefused)
      return answer?.Attributes !== undefined
    },
    query: (query) => queryPage(client(), name, query),
    async scan(Limit, from) {
      const start = from && marshalled(from)
      const request = { TableName, Limit, ExclusiveStartKey: start, ConsistentRead: true }
      return pageOf(await client().send(new ScanCommand(request)))
    },
  }
}

/**
 * Every write leaves a mark of its own. When the answer to a write was lost and the SDK tries
 * again, the condition fails because of our own first try: then the mark is ours.
 */
async function marked(write: (mark: string) => Promise<Item>): Promise<Written> {
  const mark = Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('base64url')
  try {
    return { applied: true, item: await write(mark) }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const item = error.Item && unmarshall(error.Item)
    if (item?.['n'] === mark) return { applied: true, item }
    return { applied: false, ...(item && { item }) }
  }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error
}

async function queryPage(
  client: DynamoDBClient,
  name: string,
  { index, where, limit, descending = false, consistent, from, countOnly }: TableQuery,
): Promise<QueryPage> {
  const command = new QueryCommand({
    TableName: name,
    IndexName: index,
    KeyConditionExpression: where.text,
    ExpressionAttributeValues: where.values && marshalled(where.values),
    Limit: limit,
    ScanIndexForward: !descending,
    ConsistentRead: consistent,
    ExclusiveStartKey: from && marshalled(from),
    ...(countOnly && { Select: 'COUNT' }),
  })
  return pageOf(await client.send(command))
}

function pageOf({ Items = [], Count = 0, LastEvaluatedKey }: QueryCommandOutput): QueryPage {
  const items = Items.map((item) => unmarshall(item))
  return { items, count: Count, ...(LastEvaluatedKey && { next: unmarshall(LastEvaluatedKey) }) }
}
