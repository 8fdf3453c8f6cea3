import * as z from 'zod'
import { expect, it } from 'vitest'
import '../../../mail/email/zod-words.ts'

const shape = z.strictObject({
  text: z.string().min(2).max(4),
  list: z.array(z.boolean()).min(1).max(2),
  count: z.int().min(1).max(9),
  kind: z.enum(['a', 'b']),
  one: z.literal('x'),
  own: z.string({ error: 'ours' }),
})
const fine = { text: 'abc', list: [true], count: 2, kind: 'a', one: 'x', own: '' }

it.each<[object, string]>([
  [{ text: undefined }, 'is required'],
  [{ text: null }, 'text is needed'],
  [{ text: 'a' }, 'at least 2 characters'],
  [{ text: 'abcde' }, 'at most 4 characters'],
  [{ list: 7 }, 'a list is needed'],
  [{ list: [] }, 'at least 1 entry'],
  [{ list: [true, true, true] }, 'at most 2 entries'],
  [{ list: ['yes'] }, 'true or false is needed'],
  [{ count: '1' }, 'a number is needed'],
  [{ count: 1.5 }, 'a whole number is needed'],
  [{ count: 10 }, 'at most 9'],
  [{ kind: 'c' }, 'one of a, b is needed'],
  [{ one: 'y' }, 'x is needed'],
  [{ colour: 1, size: 2 }, 'not known: colour, size'],
  [{ own: 7 }, 'ours'],
])('what Zod finds in %j is told as "%s"', (wrong, rule) => {
  expect(shape.safeParse(fine).success).toBe(true)
  const read = shape.safeParse({ ...fine, ...wrong })
  expect(read.error?.issues.map(({ message }) => message)).toEqual([rule])
})
