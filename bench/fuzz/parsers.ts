import { readCapture } from '../../api/captured/capture-view.ts'
import { codesIn } from '../../api/captured/codes.ts'
import { readHtml } from '../../api/captured/html-text.ts'
import { linksIn } from '../../api/captured/links.ts'
import { safeHtml } from '../../api/captured/safe-html.ts'
import { readJsonObject } from '../../api/http/body.ts'
import { bodyHash } from '../../api/http/body-hash.ts'
import { Refusal } from '../../api/http/errors.ts'
import { readSend } from '../../api/sendgrid/read-send.ts'
import { parseMessage } from '../../backends/aws/queue/messages.ts'
import { checkContent } from '../../mail/check/check.ts'
import { textFromHtml } from '../../mail/compose/text-from-html.ts'
import { capturedText } from '../../mail/deliver/captured-text.ts'
import { parseAddress, parseMailbox, parseName } from '../../mail/email/address.ts'
import { decodeWords } from '../../mail/email/encoded-words.ts'
import { headerText } from '../../mail/email/mime-name.ts'
import { readEmailRequest } from '../../mail/request/email-request.ts'
import { readRawRequest } from '../../mail/request/raw-request.ts'
import { timeReader } from '../../mail/request/schedule-time.ts'
import { resolveSettings } from '../../mail/settings/settings.ts'
import { emptyShelf, openTemplate } from '../../mail/template/template.ts'
import * as pieces from './pieces.ts'
import { talkSmtp } from './talk-smtp.ts'

/** What reads something that a stranger may have written. */
export interface Parser {
  readonly pieces: readonly string[]
  readonly read: (input: string) => unknown
}

/** By name; what they throw must be a refusal in words for the caller. */
export const parsers: Readonly<Record<string, Parser>> = {
  address: {
    pieces: pieces.addressPieces,
    read: (input) => [parseMailbox(input), parseAddress(input), parseName(input)],
  },
  words: {
    pieces: pieces.headerPieces,
    // A header is bounded before its words are read.
    read: (input) => headerText(input.slice(0, 256_000)).then(decodeWords),
  },
  submission: {
    pieces: pieces.mimePieces,
    read: (input) => readRawRequest(Buffer.from(input), envelope),
  },
  capture: { pieces: pieces.mimePieces, read: (input) => readCapture(Buffer.from(input)) },
  'captured text': {
    pieces: pieces.mimePieces,
    read: (input) => capturedText({ kind: 'raw', mime: Buffer.from(input).toString('base64') }),
  },
  'text from html': { pieces: pieces.htmlPieces, read: textFromHtml },
  'html of captures': { pieces: pieces.htmlPieces, read: readHtml },
  'safe html': {
    pieces: pieces.htmlPieces,
    read: (html) => safeHtml(html, { pictureOf: () => undefined, remotePictures: true }),
  },
  'content checks': { pieces: pieces.htmlPieces, read: (html) => checkContent({ html }) },
  codes: {
    pieces: pieces.textPieces,
    read: (text) => [codesIn(text.slice(0, 900), [text]), linksIn(text)],
  },
  'request body': { pieces: pieces.jsonPieces, read: readBodies },
  fields: { pieces: pieces.headerPieces, read: readFieldsOf },
  settings: {
    pieces: pieces.jsonPieces,
    read: (input) =>
      resolveSettings({ defaults: {}, saved: { from: { name: input }, engine: input }, locks: {} }),
  },
  template: { pieces: pieces.templatePieces, read: (html) => rendered(html, {}) },
  'data of templates': {
    pieces: [...pieces.htmlPieces, ...pieces.headerPieces],
    read: (text) => rendered(dataTemplate, { text, list: [text], [text.slice(0, 50)]: { text } }),
  },
  'queue message': { pieces: pieces.jsonPieces, read: parseMessage },
  'SMTP commands': { pieces: pieces.commandPieces, read: talkSmtp },
}

/** What becomes of a template that a stranger wrote, or of what one gave. */
function rendered(html: string, variables: Readonly<Record<string, unknown>>) {
  const where = 'html'
  const texts = { subject: { where, text: '{{text}}' }, html: { where, text: html } }
  const described = { name: 'fuzz', version: '1', defaultLocale: 'en', variables: [] }
  const template = openTemplate({ ...described, locales: { en: texts } }, emptyShelf)
  return template.render({ variables, lenient: true })
}

const dataTemplate =
  '{{text}}{{{text}}}<a href="{{text}}" title={{{text}}}>{{#each list}}{{formatDate this @root.text}}' +
  '{{#greaterThan this @root.text}}{{length this}}{{/greaterThan}}{{insert text "x"}}{{/each}}</a>'

const envelope = { from: 'a@example.com', to: ['b@example.com'] }

async function readBodies(input: string): Promise<unknown> {
  const ask = new Request('http://postern.invalid/', { method: 'POST', body: input })
  const body = await readJsonObject(ask).catch(onlyRefusal)
  return body && [bodyHash(body), readEmailRequest(body, 0), await readSend(body, 0)]
}

function onlyRefusal(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error
}

/** The same text wherever an email may have one. */
async function readFieldsOf(input: string): Promise<unknown> {
  const body = {
    ...{ from: input, to: [input, 'b@example.com'], subject: input, reply_to: input, text: input },
    headers: { 'X-A': input, [input.slice(0, 100)]: 'a', 'Message-ID': input },
    tags: [{ name: input, value: input }],
    attachments: [{ filename: input, content_type: input, content: input }],
    scheduled_at: input,
  }
  return readEmailRequest(body, 0, await timeReader([input]))
}
