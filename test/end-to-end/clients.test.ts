import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import PostalMime from 'postal-mime'
import nodemailer10 from 'nodemailer'
import nodemailer6 from 'nodemailer-6'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

/*
 * Real SMTP clients, as Debian has them, against a running Postern: what docs/clients.md says of
 * them is what is run here.
 */

interface Place {
  readonly host: string
  readonly port: string
}

/** A program, and what it runs to send one email to you@example.com with the subject "Grüße". */
interface Client {
  readonly name: string
  /** A command that only succeeds where the client is installed. */
  readonly isThere: readonly string[]
  readonly send: (place: Place, file: (text: string) => string) => readonly string[]
}

/** Where Debian puts PHPMailer. */
const phpPath = '/usr/share/php/libphp-phpmailer'

const php = ({ host, port }: Place) => `<?php
require 'autoload.php';
$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
$mail->isSMTP(); $mail->Host = '${host}'; $mail->Port = ${port};
$mail->SMTPAuth = false; $mail->SMTPAutoTLS = false; $mail->CharSet = 'UTF-8';
$mail->setFrom('me@example.com', 'Acme, Inc.'); $mail->addAddress('you@example.com');
$mail->addBCC('hidden@example.com'); $mail->Subject = 'Grüße'; $mail->isHTML(true);
$mail->Body = '<p>It works.</p>'; $mail->AltBody = 'It works.'; $mail->send();
`

const ruby = ({ host, port }: Place) => `
require 'mail'
Mail.defaults { delivery_method :smtp, address: '${host}', port: ${port}, enable_starttls_auto: false }
Mail.deliver do
  from 'Acme <me@example.com>'; to 'you@example.com'; bcc 'hidden@example.com'
  subject 'Grüße'; body 'It works.'; charset = 'UTF-8'
end
`

/** Nothing is configured but the server, so that Django's own default sender is used. */
const django = ({ host, port }: Place) => `
from django.conf import settings
settings.configure(EMAIL_HOST='${host}', EMAIL_PORT=${port})
from django.core.mail import EmailMessage
EmailMessage('Grüße', 'It works.', to=['you@example.com'], bcc=['hidden@example.com']).send()
`

const msmtpText =
  'From: me@example.com\nTo: you@example.com\nBcc: hidden@example.com\nSubject: Grüße\n\nIt works.\n'

const clients: readonly Client[] = [
  {
    name: 'PHPMailer',
    isThere: ['php', '-d', `include_path=${phpPath}`, '-r', "require 'autoload.php';"],
    send: (place, file) => ['php', '-d', `include_path=${phpPath}`, file(php(place))],
  },
  {
    name: 'ruby-mail',
    isThere: ['ruby', '-e', "require 'mail'"],
    send: (place, file) => ['ruby', '-Ku', file(ruby(place))],
  },
  {
    name: 'Django with its default sender',
    isThere: ['/usr/bin/python3', '-c', 'import django'],
    send: (place, file) => ['/usr/bin/python3', file(django(place))],
  },
  {
    name: 'msmtp',
    isThere: ['msmtp', '--version'],
    send: ({ host, port }, file) => [
      ...['sh', '-c', `msmtp --host=${host} --port=${port} --from=me@example.com -t < "$1"`, 'sh'],
      file(msmtpText),
    ],
  },
  {
    name: 'swaks',
    isThere: ['swaks', '--version'],
    send: ({ host, port }, file) => [
      ...['swaks', '--server', host, '--port', port, '--from', 'me@example.com'],
      ...['--to', 'you@example.com,hidden@example.com', '--data', `@${file(msmtpText)}`],
    ],
  },
]

function isInstalled([program, ...args]: readonly string[]): boolean {
  try {
    execFileSync(program!, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function running() {
  const postern = await startHere()
  onTestFinished(() => postern.stop())
  if ('off' in postern.smtp) throw new Error(postern.smtp.off)
  const { hostname: host, port } = new URL(postern.smtp.url)
  return { place: { host, port }, captured: () => capturedAt(postern.url) }
}

async function capturedAt(url: string) {
  const answer = await fetch(`${url}/v1/captures?wait=20&to=you@example.com`)
  const { data } = (await answer.json()) as { data: { id: string; to: string[] }[] }
  const raw = await fetch(`${url}/v1/captures/${data[0]!.id}/raw`)
  const bytes = Buffer.from(await raw.arrayBuffer())
  return { to: data[0]!.to, bytes: bytes.toString('latin1'), email: await PostalMime.parse(bytes) }
}

function file(text: string): string {
  const path = join(temporaryDirectory(), 'client')
  writeFileSync(path, text)
  return path
}

describe.each(clients)('$name', ({ isThere, send }) => {
  it.skipIf(!isInstalled(isThere))('submits an email, and Bcc stays in the envelope', async () => {
    const { place, captured } = await running()
    const [program, ...args] = send(place, file)
    await promisify(execFile)(program!, args)
    const { to, bytes, email } = await captured()
    expect([...to].sort()).toEqual(['hidden@example.com', 'you@example.com'])
    expect(bytes).not.toMatch(/hidden@/)
    expect(email.subject).toBe('Grüße')
    expect(email.text!.trim()).toBe('It works.')
    expect(email.from!.address).toMatch(/^(me@example\.com|webmaster@localhost)$/)
  })
})

describe.each([
  ['6', nodemailer6],
  ['10', nodemailer10],
])('nodemailer %s', (_version, nodemailer) => {
  it('submits an email with its own Message-ID, sender and envelope', async () => {
    const { place, captured } = await running()
    const transport = nodemailer.createTransport({ host: place.host, port: Number(place.port) })
    await transport.sendMail({
      from: '"Acme, Inc." <me@example.com>',
      sender: 'desk@example.com',
      to: 'you@example.com',
      bcc: 'hidden@example.com',
      subject: 'Grüße',
      text: 'It works.',
      messageId: '<ticket-42.1@desk.example.com>',
      envelope: { from: '', to: ['you@example.com', 'hidden@example.com'] },
    })
    const { to, bytes, email } = await captured()
    expect(to).toEqual(['you@example.com', 'hidden@example.com'])
    expect(bytes).not.toMatch(/hidden@/)
    expect(email).toMatchObject({
      from: { name: 'Acme, Inc.', address: 'me@example.com' },
      sender: { address: 'desk@example.com' },
      messageId: '<ticket-42.1@desk.example.com>',
      subject: 'Grüße',
    })
  })
})
