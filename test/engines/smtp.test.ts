import { testEngine } from '../conformance/engine.ts'
import { openSmtpRig, testCa, testCertificate } from './smtp-rig.ts'
import { smtpRemote } from './smtp-remote.ts'

const password = 'correct-horse-7'

testEngine('smtp', async () => {
  const script = { tls: testCertificate('localhost'), login: true }
  const smtp = { security: 'starttls' as const, ca: testCa(), username: 'ann' }
  const rig = await openSmtpRig({ script, smtp, password })
  return {
    engine: rig.engine,
    remote: smtpRemote(rig.server, script),
    secrets: [password, Buffer.from(password).toString('base64')],
    hangIs: 'deferred' as const,
    close: () => rig.server.close(),
  }
})
