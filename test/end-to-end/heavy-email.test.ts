import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { describe, expect, it } from 'vitest'
import { startProcess, type PosternProcess } from '../cli/postern-process.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

/** Hands over a whole email over SMTP; the answer, or why it was refused. */
async function submit({ printed }: PosternProcess, raw: Buffer): Promise<string> {
  const [url] = /smtp:\S+/.exec(printed)!
  const transport = createTransport(url)
  const envelope = { from: 'ann@example.com', to: ['bob@example.com'] }
  try {
    return (await transport.sendMail({ envelope, raw })).response
  } catch (error) {
    return (error as { response?: string }).response ?? String(error)
  } finally {
    transport.close()
  }
}

const header = 'From: ann@example.com\r\nTo: bob@example.com\r\nSubject: heavy\r\n'

/** As much as the process has ever had in memory, in MB (proc(5), VmHWM). */
function mostMemoryOf({ pid }: PosternProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1_000
}

interface Capture {
  readonly id: string
  readonly malformed: string | null
  readonly attachments: readonly { readonly size: number }[]
}

async function newestCapture({ url }: PosternProcess): Promise<Capture> {
  const list = (await (await fetch(`${url}/v1/captures?wait=20`)).json()) as { data: Capture[] }
  return (await (await fetch(`${url}/v1/captures/${list.data[0]!.id}`)).json()) as Capture
}

describe.runIf(process.platform === 'linux')('one email in a process of half a gigabyte', () => {
  it(
    'of 38 MB of line ends or fields is refused, and of 30 MB of base64 is captured and shown',
    { timeout: 120_000 },
    async () => {
      const postern = await startProcess({
        directory: temporaryDirectory(),
        env: { POSTERN_SMTP_PORT: '0', NODE_OPTIONS: '--max-old-space-size=512' },
      })
      const feeds = Buffer.concat([Buffer.from(`${header}\r\n`), Buffer.alloc(19e6, '\n')])
      expect(await submit(postern, feeds)).toContain('more than 1000000 lines')
      const fields = Buffer.concat([Buffer.alloc(32e6, 'X-A: b\r\n'), Buffer.from('\r\nx')])
      expect(await submit(postern, fields)).toContain('bytes')
      const type =
        'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n'
      const file = Buffer.alloc(29e6, `${'A'.repeat(76)}\r\n`)
      const whole = Buffer.concat([Buffer.from(`${header}MIME-Version: 1.0\r\n${type}\r\n`), file])
      expect(await submit(postern, whole)).toMatch(/^250/)
      const { attachments, malformed } = await newestCapture(postern)
      expect(malformed).toBeNull()
      expect(attachments).toMatchObject([{ size: expect.any(Number) as number }])
      expect(attachments[0]!.size).toBeGreaterThan(20e6)
      expect(mostMemoryOf(postern)).toBeLessThan(1_000)
      expect((await fetch(`${postern.url}/v1/health`)).status).toBe(200)
    },
  )
})
