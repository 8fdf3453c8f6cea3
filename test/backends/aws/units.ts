import { tableShape } from '../../../backends/aws/env.ts'
import type { AwsCall } from '../../remote/aws-front.ts'

/** A value as DynamoDB's JSON writes it. */
type Value = Readonly<Record<string, unknown>>
type Attributes = Readonly<Record<string, Value>>

/** What DynamoDB bills, which emulators do not count. */
interface Units {
  write: number
  read: number
  /** Bytes of the largest item. */
  largest: number
}

/**
 * Counts units from the bytes that went over the wire, as AWS's pages on capacity and item sizes
 * say: a write is a unit for each KB of the larger of the items before and after, and one more for
 * each entry of an index that comes, goes or changes; a read is one for each 4 KB, and half of that unless it is consistent.
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html)
 */
export function unitsOf(calls: readonly AwsCall[]): Units {
  const items = new Map<string, Attributes>()
  const units: Units = { write: 0, read: 0, largest: 0 }

  function wrote(after: Attributes) {
    const key = JSON.stringify([after['p'], after['s']])
    const before = items.get(key)
    items.set(key, after)
    units.largest = Math.max(units.largest, itemBytes(after))
    units.write += kilobytes(Math.max(itemBytes(after), before ? itemBytes(before) : 0))
    units.write += indexUnits(before, after)
  }

  for (const { service, operation, input, answer } of calls) {
    if (service !== 'dynamodb') continue
    const output = answer ? (JSON.parse(answer.body.toString()) as Record<string, unknown>) : {}
    if (operation === 'PutItem') wrote(input['Item'] as Attributes)
    else if (operation === 'UpdateItem') wrote((output['Attributes'] ?? {}) as Attributes)
    else if (operation === 'BatchWriteItem') putsOf(input).forEach(wrote)
    else if (operation === 'GetItem')
      units.read += readUnits(output['Item'] as Attributes) * share(input)
    else if (operation === 'BatchGetItem') units.read += batchReadUnits(input, output)
    else if (operation === 'Query')
      units.read += queryReadUnits((output['Items'] ?? []) as Attributes[]) * share(input)
    else throw new Error(`${operation} is not counted`)
  }
  return units
}

/** Names and values: text by its bytes, numbers by their digits, a little for a truth. */
function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + bytesOf(value), 0)
}

function bytesOf(value: Value): number {
  const [type, content] = Object.entries(value)[0]!
  if (type === 'S') return Buffer.byteLength(content as string)
  if (type === 'N') return Math.ceil(String(content).replace(/\D/g, '').length / 2) + 1
  if (type === 'B') return Buffer.from(content as string, 'base64').byteLength
  return 1
}

function indexUnits(before: Attributes | undefined, after: Attributes): number {
  const { partitionKey, sortKey, indexes } = tableShape
  return indexes.reduce((sum, index) => {
    const names = [partitionKey, sortKey, index.partitionKey, index.sortKey]
    const [old, now] = [before, after].map((item) => entryOf(item, names))
    if (JSON.stringify(old) === JSON.stringify(now)) return sum
    // Another key is an entry less and an entry more.
    return sum + [old, now].reduce((all, one) => all + (one ? kilobytes(itemBytes(one)) : 0), 0)
  }, 0)
}

/** Only items that have all keys of an index stand in it. */
function entryOf(item: Attributes | undefined, names: readonly string[]): Attributes | undefined {
  if (!item || names.some((name) => item[name] === undefined)) return undefined
  return Object.fromEntries(names.map((name) => [name, item[name]!]))
}

function putsOf(input: Readonly<Record<string, unknown>>): Attributes[] {
  const requests = Object.values(input['RequestItems'] as Record<string, unknown[]>).flat()
  return (requests as { PutRequest: { Item: Attributes } }[]).map((one) => one.PutRequest.Item)
}

/** Each key is a read of its own; what is not there costs as much as the smallest item. */
function batchReadUnits(input: Readonly<Record<string, unknown>>, output: Record<string, unknown>) {
  const asked = Object.values(input['RequestItems'] as Record<string, { Keys: unknown[] }>)
  const found = Object.values((output['Responses'] ?? {}) as Record<string, Attributes[]>).flat()
  const keys = asked.reduce((sum, { Keys }) => sum + Keys.length, 0)
  return keys - found.length + found.reduce((sum, item) => sum + readUnits(item), 0)
}

/** A read that may be a moment old costs half. */
function share(input: Readonly<Record<string, unknown>>): number {
  return input['ConsistentRead'] === true ? 1 : 0.5
}

/** All that a query finds counts together. */
function queryReadUnits(items: readonly Attributes[]): number {
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0)
  return Math.max(1, Math.ceil(bytes / 4_096))
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1_024)
}

function readUnits(item: Attributes | undefined): number {
  return item ? Math.ceil(itemBytes(item) / 4_096) : 1
}
