import { describe, expect, it } from 'vitest'
import { table } from '../../cli/table.ts'

const words = '535 5.7.8 Error: authentication failed: another mechanism is needed, says the server'
const rows = [
  ['smtp', 'does not work', words],
  ['ses', 'works', null],
]
const headings = ['ENGINE', 'VERDICT', 'REASON']

describe('a table', () => {
  it('is separated by tabs for programs, every cell whole and on one line', () => {
    expect(table(headings, [['smtp', 'a\tb\nc', words], ...rows.slice(1)], {})).toBe(
      `ENGINE\tVERDICT\tREASON\nsmtp\ta b c\t${words}\nses\tworks\t-`,
    )
  })

  it.each([40, 60, 80, 200])('fits a terminal of %i columns and leaves nothing out', (columns) => {
    const lines = table(headings, rows, { columns }).split('\n')
    expect(lines.every((line) => line.length <= columns)).toBe(true)
    const shown = lines.join(' ').split(/\s+/)
    for (const word of words.split(' ')) expect(shown).toContain(word)
  })

  it('is not wrapped where there is room', () => {
    expect(table(headings, rows, { columns: 200 }).split('\n')).toHaveLength(3)
  })

  it('cuts a word that is longer than its column into lines', () => {
    const long = 'x'.repeat(100)
    const lines = table(['A', 'B'], [[long, 'y']], { columns: 50 }).split('\n')
    expect(lines.every((line) => line.length <= 50)).toBe(true)
    expect(lines.join('').replaceAll(/[^x]/g, '')).toBe(long)
  })

  it('keeps ids whole next to a reason that gives way', () => {
    const id = '0199f7a1-2b3c-7d4e-8f50-61728394a5b6'
    expect(table(['ID', 'REASON'], [[id, words]], { columns: 80 })).toContain(id)
  })

  const many = ['ID', 'STATE', 'STREAM', 'ACCEPTED', 'TO', 'SUBJECT', 'ENGINE', 'WHY']
  const full = many.map((_, at) => `${at} `.repeat(30).trim())

  it.each([20, 40, 60, 80])('of many columns fits %i of a terminal, whole', (columns) => {
    const text = table(many, [full, full], { columns })
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([])
    for (const at of many.keys()) expect(text.match(new RegExp(`${at}`, 'g'))).toHaveLength(60)
  })

  it('paints headings and states, and is as wide as without', () => {
    const paint = (as: string, part: string) => `<${as}>${part}</>`
    const states = [
      ['failed', 'why it failed'],
      ['sent', null],
    ]
    const painted = table(['STATE', 'WHY'], states, { columns: 80, paint })
    expect(painted).toBe(
      '<bold>STATE</>   <bold>WHY</>\n<red>failed</>  why it failed\n<green>sent</>    -',
    )
    const plain = table(['STATE', 'WHY'], states, { columns: 80 })
    expect(painted.replace(/<.*?>/g, '')).toBe(plain)
  })
})
