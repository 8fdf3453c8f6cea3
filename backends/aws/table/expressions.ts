import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Item } from './item.ts'

export interface Update {
  /** `undefined` removes an attribute. */
  readonly set: Item
  readonly add?: Readonly<Record<string, number>>
  /** The same, also of an attribute that is not there yet. */
  readonly count?: Readonly<Record<string, number>>
  /** Attributes that get what another one held before. */
  readonly copy?: Readonly<Record<string, string>>
}

export interface Condition {
  readonly text: string
  /** By the names that the text gives them: `:now`. */
  readonly values?: Item
}

interface Expression {
  readonly text: string
  readonly values: Item
}

export function marshalled(item: object): Record<string, AttributeValue> {
  return marshall(item, { removeUndefinedValues: true })
}

/** What a conditional write, or a conditional update, says of itself in a request. */
export function conditional(condition?: Condition, update?: Expression) {
  const values = { ...update?.values, ...condition?.values }
  return {
    ...(update && { UpdateExpression: update.text }),
    ...(condition && {
      ConditionExpression: condition.text,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshalled(values) }),
  }
}

export function updateExpression({ set, add = {}, count = {}, copy = {} }: Update): Expression {
  const names = Object.keys(set)
  const kept = names.filter((name) => set[name] !== undefined)
  const removed = names.filter((name) => set[name] === undefined)
  const assignments = [
    ...kept.map((name) => `${name} = :set_${name}`),
    ...Object.keys(add).map((name) => `${name} = ${name} + :add_${name}`),
    ...Object.entries(copy).map(([name, from]) => `${name} = ${from}`),
  ]
  const removals = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''
  const counted = Object.keys(count).map((name) => `${name} :count_${name}`)
  const additions = counted.length > 0 ? ` ADD ${counted.join(', ')}` : ''
  return {
    text: `SET ${assignments.join(', ')}${removals}${additions}`,
    values: {
      ...Object.fromEntries(kept.map((name) => [`:set_${name}`, set[name]])),
      ...Object.fromEntries(Object.entries(add).map(([name, value]) => [`:add_${name}`, value])),
      ...Object.fromEntries(
        Object.entries(count).map(([name, value]) => [`:count_${name}`, value]),
      ),
    },
  }
}
