import { once } from 'node:events'
import PostalMime from 'postal-mime'
import type { FakeRemote, Received } from '../conformance/engine.ts'
import type { ReceivedEmail } from '../remote/smtp-conversation.ts'
import type { Script } from '../remote/smtp-script.ts'
import type { SmtpServer } from '../remote/smtp-server.ts'

/** The raw server in the part that the suite of all engines has for a remote. */
export function smtpRemote(server: SmtpServer, basis: Script): FakeRemote {
  const play = (script: Script) => {
    server.script = { ...basis, ...script }
  }
  return {
    accept: () => play({}),
    refuse: () => play({ rcpt: '550 5.1.1 no such user' }),
    fail: () => play({ mail: '451 4.3.0 try later' }),
    deny: () => play({ auth: '535 5.7.8 not with that password' }),
    async hang() {
      play({ mail: {}, ehlo: {} })
      await once(server.events, 'hang')
    },
    drop: () => play({ dot: { then: 'close', keep: true } }),
    received: () => Promise.all(server.emails.map(receivedOf)),
    get attempts() {
      return server.commands.filter((line) => line.startsWith('MAIL ')).length
    },
  }
}

async function receivedOf({ from, to, content }: ReceivedEmail): Promise<Received> {
  const { subject = '', text = '' } = await PostalMime.parse(content)
  return { from, to, content, subject, text, visible: content.toString('utf8') }
}
