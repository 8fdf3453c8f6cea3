import { access } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { allProjects } from '../mail/email/project.ts'
import { enginesOf } from '../mail/settings/settings.ts'
import { spell } from '../mail/settings/layers.ts'
import type { InForce } from '../mail/ports/in-force.ts'
import { plainText } from './plain-text.ts'
import type { RunningPostern } from '../machine/start.ts'
import { version } from '../machine/version.ts'

/** What a person who has just started Postern needs: where it is, what it does, a first email. */
export async function welcome(running: RunningPostern): Promise<string> {
  const { url, smtp, metricsUrl, directory, postern } = running
  const inForce = await postern.inForce.current()
  const guarded = (await postern.keys.list(allProjects)).length > 0
  const bearer = guarded ? ` -H "Authorization: Bearer $POSTERN_API_KEY"` : ''
  const token = guarded ? '$POSTERN_API_KEY' : 're_any'
  const from = inForce.settings.from.address ?? 'me@example.com'
  const body = { from, to: 'you@example.com', subject: 'Hello', text: 'It works.' }
  return plainText(`Postern ${version} is ready at ${url} (data in ${directory})
${whatHappens(inForce)}
${await whereTheKeyIs(directory)}
Send a first email:
  curl ${url}/emails${bearer} -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(body)}'
or let an application with a Resend SDK send it:
  RESEND_BASE_URL=${url} RESEND_API_KEY=${token}
${'url' in smtp ? `or any application over SMTP:\n  ${[smtp.url, smtp.tlsUrl].filter(Boolean).join('\n  ')}` : `SMTP is off: ${smtp.off}`}
${
  metricsUrl
    ? `Metrics for Prometheus:
  ${metricsUrl}
`
    : ''
}Look at it:
  ${whereToLook(inForce, url, guarded)}
`)
}

/** Written when there was no terminal to show it on; a person may have moved it since. */
async function whereTheKeyIs(directory: string): Promise<string> {
  const file = join(directory, 'first-key')
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  return isThere ? `The first API key is in ${file}: read it, then delete the file.\n` : ''
}

/** The same for programs. */
export async function readyLine(running: RunningPostern) {
  const { url, smtp, metricsUrl, directory, postern } = running
  const { settings, faults } = await postern.inForce.current()
  const metrics = metricsUrl === undefined ? {} : { metrics: metricsUrl }
  return { url, smtp, ...metrics, directory, version, engine: enginesOf(settings), faults }
}

function whatHappens({ settings, faults }: InForce): string {
  const engines = enginesOf(settings)
  if (faults.length > 0)
    return `The saved settings are broken, so email is refused: ${spell(faults)}`
  if (engines.includes('disabled')) return 'Email is refused: the engine is "disabled".'
  if (!engines.includes('noop')) return `Email is sent, through ${engines.join(', then ')}.`
  return settings.noop.mode === 'capture'
    ? 'Email is captured, not sent: the engine is "noop".'
    : 'Email is dropped with a record, not sent: the engine is "noop".'
}

function whereToLook({ settings }: InForce, url: string, guarded: boolean): string {
  const list = enginesOf(settings).includes('noop') ? 'captures' : 'emails'
  // A browser brings no key.
  const page = guarded ? '' : `${url}/v1/${list}   or   `
  return `${page}${typedHere()} ${list} list`
}

/** The command line as it is typed here: that of a checkout is not on the PATH. */
function typedHere(): string {
  if (!import.meta.filename.endsWith('.ts')) return 'postern'
  const path = resolve(import.meta.dirname, '../bin/postern')
  const shorter = relative('.', path)
  return shorter.startsWith('..') ? path : shorter
}
