import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendmailEngine } from '../../engines/sendmail.ts'
import type { Script } from '../remote/smtp-script.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'
import { testParcel } from '../parcels.ts'
import { engineContext } from './engine-context.ts'

const program = '/usr/bin/msmtp'
const noMsmtp = existsSync(program) ? undefined : 'msmtp is not installed'

describe.skipIf(noMsmtp)(
  `the sendmail engine with a real msmtp${noMsmtp ? ` (${noMsmtp})` : ''}`,
  () => {
    let server: SmtpServer
    let directory: string
    let path: string
    beforeAll(async () => {
      server = await startSmtpServer()
      directory = mkdtempSync(join(tmpdir(), 'postern-msmtp-'))
      const settings = join(directory, 'msmtprc')
      const account = `account default\nhost 127.0.0.1\nport ${server.port}\nauto_from off\n`
      writeFileSync(settings, account, { mode: 0o600 })
      path = join(directory, 'sendmail')
      writeFileSync(path, `#!/bin/sh\nexec ${program} -C ${settings} "$@"\n`)
      chmodSync(path, 0o755)
    })
    afterAll(async () => {
      rmSync(directory, { recursive: true, force: true })
      await server.close()
    })

    const denied = '554 5.7.1 <bob@example.test>: Relay access denied'
    const quota = '550-5.4.5 Daily user sending limit exceeded.\r\n550 5.4.5 Come back tomorrow'

    it.each<[Script, object]>([
      [{}, { kind: 'sent' }],
      [{ rcpt: denied }, { kind: 'blocked', doubtful: true }],
      [{ dot: quota }, { kind: 'blocked', doubtful: false }],
      [{ mail: '530 5.7.0 Authentication required' }, { kind: 'blocked' }],
      [{ rcpt: '550 5.1.1 unknown user' }, { kind: 'rejected' }],
      [{ rcpt: '450 4.7.1 Greylisted' }, { kind: 'deferred' }],
    ])('reads what it says of %j', async (script, expected) => {
      server.script = script
      const engine = sendmailEngine(engineContext({ deployed: { sendmailPath: path } }))
      const outcome = await engine.send(testParcel(), new AbortController().signal)
      expect(outcome).toMatchObject(expected)
      const [reply] = Object.values(script) as string[]
      if (reply) expect(outcome.reason).toContain(reply.split('\r\n')[0])
    })
  },
)
