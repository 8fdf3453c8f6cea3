import { describe, expect, it } from 'vitest'
import { runChecks, type Check, type Row } from '../../../bench/verify-aws/check.ts'
import { checks } from '../../../bench/verify-aws/checks/index.ts'
import { estimate, total } from '../../../bench/verify-aws/estimate.ts'
import { redacted } from '../../../bench/verify-aws/fixtures.ts'
import { deployWords, simulator } from '../../../bench/verify-aws/options.ts'
import type { Trial } from '../../../bench/verify-aws/trial.ts'
import { readProjectFile } from '../../house/tree.ts'

const there = { stack: 's', outputs: {}, url: 'http://127.0.0.1', key: 'k' }
const trial = {
  name: 'verify-000000',
  access: { region: 'us-east-1' },
  ...{ staging: there, production: there },
} as Trial

const check = (name: string, more: Partial<Check> = {}): Check => ({
  ...{ name, expected: '', needs: [], run: async () => ({ isOk: true, seen: 'it' }) },
  ...more,
})

async function made(asked: readonly Check[], there = trial): Promise<Row[]> {
  const rows: Row[] = []
  await runChecks(asked, there, (row) => rows.push(row), new AbortController().signal)
  return rows
}

describe('the checks of a run', () => {
  it('are each made whatever became of the others', async () => {
    const fails = check('fails', { run: () => Promise.reject(new Error('no')) })
    const refutes = check('refutes', { run: async () => ({ isOk: false, seen: 'another' }) })
    const rows = await made([fails, refutes, check('works')])
    expect(rows.map(({ verdict, seen }) => [verdict, seen])).toEqual([
      ['failed', 'Error: no'],
      ['failed', 'another'],
      ['ok', 'it'],
    ])
  })

  it('say what they need where they cannot be made, and are not made', async () => {
    const run = () => Promise.reject(new Error('made'))
    const emulated = { ...trial, access: { ...trial.access, endpoint: 'http://127.0.0.1' } }
    const asked = [
      check('aws', { needs: ['aws'], run }),
      check('sender', { needs: ['sender'], run }),
    ]
    const rows = await made(asked, emulated)
    expect(rows.map(({ verdict }) => verdict)).toEqual(Array(2).fill('needs the real thing'))
    expect(rows[1]!.seen).toContain('--sender')
  })

  it('that wait are begun first, and what takes others away comes last', async () => {
    const order: string[] = []
    const noting = (name: string, when?: Check['when']) =>
      check(name, {
        when,
        run: async () => {
          order.push(name)
          return { isOk: true, seen: '' }
        },
      })
    const asked = [noting('last', 'last'), noting('plain'), noting('aside', 'aside')]
    const rows = await made(asked)
    expect(order).toEqual(['aside', 'plain', 'last'])
    expect(rows.map((row) => row.check)).toEqual(['plain', 'aside', 'last'])
  })

  it('are all on the page, with what they need', () => {
    const page = readProjectFile('docs/aws/verify.md')
    const missing = checks.filter(({ name, needs }) => {
      const row = page.split('\n').find((line) => line.includes(`| ${name} `))
      return !row || needs.includes('sender') !== row.includes('`--sender`')
    })
    expect(missing.map(({ name }) => name)).toEqual([])
  })
})

describe('what a run makes', () => {
  it('costs less than a dollar', () => {
    expect(estimate.every(([, dollars]) => dollars > 0)).toBe(true)
    expect(total()).toBeLessThan(1)
  })

  it('sends to the mailbox simulator alone, and goes with its stack', () => {
    const chosen = { name: 'verify-000000', output: 'out', sender: 'me@own.org' } as const
    const words = deployWords({ ...chosen, stage: 'production' })
    expect(words).toContain('removalPolicy=destroy')
    expect(words).toContain(`locks={"safety":{"allow":["@${simulator}"]}}`)
    expect(words).toContain('senderDomains=own.org,verify-000000.example.com')
    const staging = deployWords({ ...chosen, stage: 'staging' })
    expect(staging.join(' ')).not.toContain('senderDomains')
  })
})

describe('a recorded payload', () => {
  it('tells nothing of the account, and keeps what belongs together', () => {
    const id = '0100018f3b2a1c4d-1a2b3c4d-1111-2222-3333-444455556666-000000'
    const payload = {
      mail: { messageId: id, sendingAccountId: '999988887777', source: 'me@own.org' },
      again: id,
      uuid: '0190c1d2-0000-7abc-8def-0123456789ab',
      ip: '54.240.8.1',
      arn: 'arn:aws:iam::999988887777:role/Postern-verify-a1b2c3-x',
      caller: 'AROAIOSFODNN7EXAMPLE:send',
    }
    const text = redacted(payload, {
      'me@own.org': 'sender@example.com',
      'own.org': 'example.com',
      'verify-a1b2c3': 'verify-000000',
    })
    expect(text).not.toMatch(/own\.org|99998888|54\.240|a1b2c3|0190c1d2|018f3b2a|IOSFODNN/)
    const read = JSON.parse(text) as typeof payload
    expect(read.again).toBe(read.mail.messageId)
    expect(read.mail.source).toBe('sender@example.com')
    expect(read.mail.sendingAccountId).toBe('111122223333')
  })
})
