import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvironment } from '../../machine/environment.ts'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'
import { noSpamd, startSpamd } from '../remote/spamd.ts'

/** By which filters are tried: https://spamassassin.apache.org/gtube/ */
const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'

describe.skipIf(noSpamd)(
  `SpamAssassin${noSpamd ? ` (${noSpamd})` : ''}`,
  { timeout: 60_000 },
  () => {
    let postern: Awaited<ReturnType<typeof startHere>>
    const directory = temporaryDirectory()
    let daemon: Awaited<ReturnType<typeof startSpamd>>
    beforeAll(async () => {
      daemon = await startSpamd()
      postern = await startHere({ directory: directory.path, env: { POSTERN_SPAMD: daemon.place } })
    }, 60_000)
    afterAll(async () => {
      await postern.stop()
      await daemon.stop()
      directory.remove()
    })

    const ask = async (path: string): Promise<unknown> => (await fetch(postern.url + path)).json()

    async function captured(to: string, text: string): Promise<string> {
      const body = JSON.stringify({ from: 'app@example.com', to, subject: 'Hello', text })
      await fetch(`${postern.url}/emails`, { method: 'POST', body })
      const list = (await ask(`/v1/captures?to=${to}&wait=20`)) as { data: { id: string }[] }
      return list.data[0]!.id
    }

    it('judges a captured email, with its rules', async () => {
      const id = await captured('ann@example.com', gtube)
      const { spam, findings } = (await ask(`/v1/captures/${id}/checks`)) as Checks
      expect(spam).toMatchObject({ is_spam: true, threshold: 5 })
      expect(spam!.score).toBeGreaterThan(900)
      expect(spam!.rules).toContainEqual({
        name: 'GTUBE',
        score: 1000,
        description: 'BODY: Generic Test for Unsolicited Bulk Email',
      })
      expect(findings).toContainEqual(
        expect.objectContaining({ rule: 'spam.score', severity: 'error' }),
      )
      expect(await ask(`/api/v1/message/${id}/sa-check`)).toMatchObject({
        Error: '',
        IsSpam: true,
        Score: spam!.score,
        Rules: spam!.rules.map(({ name, score, description }) => {
          return { Name: name, Score: score, Description: description }
        }),
      })
      const checked = await postern.run('captures', 'check', id)
      expect(checked.code).toBe(1)
      expect(checked.out).toMatch(/^error spam\.score: SpamAssassin gives it/m)
      expect(checked.out).toMatch(/^ {2}1000 GTUBE: BODY/m)
    })

    it('finds nothing in what is none', async () => {
      const id = await captured('bob@example.com', 'Your code is 123456.')
      const { spam, findings } = (await ask(`/v1/captures/${id}/checks`)) as Checks
      expect(spam).toMatchObject({ is_spam: false })
      expect(findings.filter(({ rule }) => rule.startsWith('spam.'))).toEqual([])
    })
  },
)

interface Checks {
  readonly spam: {
    readonly score: number
    readonly rules: readonly { name: string; score: number; description: string }[]
  } | null
  readonly findings: readonly { readonly rule: string }[]
}

describe('POSTERN_SPAMD', () => {
  it.each([
    ['mail.own.test:7830', 'mail.own.test', 7830],
    ['127.0.0.1', '127.0.0.1', 783],
    ['[::1]:784', '::1', 784],
  ])('names a host and a port: %s', (text, host, port) =>
    expect(readEnvironment({ POSTERN_SPAMD: text }).spamd).toEqual({ host, port }),
  )

  it.each(['http://a:783/', '::1', 'a:b', 'a:99999', ' '])('refuses %j', (text) =>
    expect(() => readEnvironment({ POSTERN_SPAMD: text })).toThrow('POSTERN_SPAMD'),
  )
})
