import { ask } from '../api.ts'
import type { Check, Seen } from '../check.ts'
import { listenerOf, type SesEvent } from '../listener.ts'
import { simulator } from '../options.ts'
import type { Trial } from '../trial.ts'
import { send, useSes } from './sending.ts'

const success = `success@${simulator}`

/** Sends one email and looks at it through the event of its delivery. */
function composed(
  words: Pick<Check, 'name' | 'expected'>,
  email: (trial: Trial) => object | Promise<string>,
  judge: (mail: SesEvent['mail'], trial: Trial) => Seen,
  settings: object = {},
): Check {
  return {
    ...words,
    needs: ['aws', 'api', 'sender'],
    async run(trial) {
      await useSes(trial, settings)
      const listener = await listenerOf(trial)
      const sent = email(trial)
      const id = await (sent instanceof Promise ? sent : send(trial, { to: success, ...sent }))
      const [event] = (await listener.eventsOf(id, ['Delivery'])).slice(-1)
      if (!event) return { isOk: false, seen: 'no event within three minutes' }
      trial.record(`ses-${words.name.replaceAll(/\W+/g, '-').toLowerCase()}`, event)
      return judge(event.mail, trial)
    },
  }
}

export const fromWithName = composed(
  {
    name: 'the role lets a From with a name through',
    expected: 'delivered with name and address',
  },
  ({ sender }) => ({ from: `Verification <${sender}>` }),
  ({ commonHeaders }, { sender }) => {
    const seen = JSON.stringify(commonHeaders['from'])
    return { isOk: seen.includes('Verification') && seen.includes(sender!), seen }
  },
)

export const fromHeader = composed(
  {
    name: 'FromEmailAddress and the From header say the same',
    expected: 'one From, the one that was asked for, non-ASCII name and all',
  },
  ({ sender }) => ({ from: `Zoë Müller <${sender}>` }),
  ({ commonHeaders }, { sender }) => {
    const from = commonHeaders['from'] as readonly string[]
    const isOk = from.length === 1 && from[0]!.includes(sender!)
    return { isOk, seen: JSON.stringify(from) }
  },
)

const redirected = `success+redirected@${simulator}`

export const envelope = composed(
  {
    name: 'raw content goes to Destination alone, whatever its header says',
    expected: `to ${redirected} only, and not to the address in To`,
  },
  ({ name }) => ({ to: `someone@${name}.example.com` }),
  ({ destination }) => ({
    isOk: destination.join() === redirected,
    seen: destination.join(', '),
  }),
  { safety: { otherwise: 'redirect', redirectTo: redirected } },
)

export const tagWithAt = composed(
  {
    name: 'a tag with an address in it does not fail the email',
    expected: 'delivered, the tag as bsmith_example_com',
  },
  (trial) => bySendGrid(trial, { custom_args: { who: 'bsmith@example.com' } }),
  ({ tags }) => {
    const seen = JSON.stringify(tags['who'])
    return { isOk: seen === '["bsmith_example_com"]', seen }
  },
)

/** Its callers put addresses into tags; Resend refuses them. @returns the id of the email */
async function bySendGrid({ production, sender }: Trial, more: object): Promise<string> {
  const email = {
    personalizations: [{ to: [{ email: success }] }],
    from: { email: sender },
    subject: 'Verification',
    content: [{ type: 'text/plain', value: 'It works.' }],
    ...more,
  }
  const { status, id, body } = await ask(production, 'POST', '/v3/mail/send', email)
  if (status === 202 && id) return id
  throw new Error(`POST /v3/mail/send: ${status} ${JSON.stringify(body)}`)
}
