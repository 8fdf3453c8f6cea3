import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEmailRequest } from '../../mail/request/email-request.ts'
import { headerAttacks } from '../header-attack.ts'
import { headerOf, now, plainBody, wireFaults } from '../mail/compose/composing.ts'
import { smuggling } from '../smuggling.ts'
import { matrixEngines, openHouse, type House, type Left, type MatrixEngine } from './houses.ts'

/** The fields that stand in the most different places: on the wire and in a provider's request. */
const places: Readonly<Record<string, (value: string) => object>> = {
  subject: (value) => ({ subject: value }),
  'from.name': (value) => ({ from: `"${value.replace(/["\\]/g, '\\$&')}" <a@b.cd>` }),
  'headers value': (value) => ({ headers: { 'X-A': value } }),
  'attachment.filename': (value) => ({ attachments: [{ filename: value, content: 'YQ==' }] }),
}

/** Each value in every field that takes it, all at once: what none takes is refused by name. */
const bodies = headerAttacks.flatMap((value) => {
  const taken = Object.values(places)
    .map((place) => place(value))
    .filter(isTaken)
  return taken.length > 0 ? [taken.reduce((all, part) => ({ ...all, ...part }))] : []
})

/** A value in text, html and an attachment; NUL is refused in text. */
const smuggled = smuggling.flatMap(({ text: value }) => {
  const content = Buffer.from(value).toString('base64')
  const file = { attachments: [{ filename: 'a.txt', content }] }
  return [{ text: value }, { html: value, text: '' }, { html: value }, file].filter(isTaken)
})

it('some of what is hostile is taken, and must come out harmless', () => {
  expect(headerAttacks).toHaveLength(520)
  expect(bodies.length).toBeGreaterThan(80)
  expect(smuggled.length).toBeGreaterThan(30)
})

/** A program is run for every email, or MIME is built as a provider does: a part is enough there. */
const slow = new Set<MatrixEngine>(['sendmail', 'resend', 'postmark'])

const sample = (engine: MatrixEngine, all: readonly object[]) =>
  slow.has(engine) ? all.filter((_, i) => i % 3 === 0) : all

describe.each(matrixEngines)('what %s really sends', (engine) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(engine)
    await house.configure({ from: { address: 'no-reply@own.test' } })
  })
  afterAll(() => house.close())

  it('has no header that a value of a field brought along', async () => {
    expect(await escapesOf(sample(engine, bodies))).toEqual([])
  })

  it('is one email, whatever sequence is in its content', async () => {
    expect(await escapesOf(sample(engine, smuggled))).toEqual([])
  })

  /** What got out, each with the email it was in; nothing when all is well. */
  async function escapesOf(attacks: readonly object[]): Promise<string[]> {
    const before = (await house.left()).length
    const taken: object[] = []
    for (const part of attacks) {
      const { state } = await house.send(requestOf(part)!)
      if (state !== 'failed') taken.push(part)
      expect(state).toSatisfy(isEndOf(engine))
    }
    expect(taken.length).toBeGreaterThan(10)
    const left = (await house.left()).slice(before)
    expect(left).toHaveLength(taken.length)
    const faults = await Promise.all(left.map(faultsOf))
    return faults.flatMap((found, i) => found.map((it) => `${JSON.stringify(taken[i])}: ${it}`))
  }
})

/** Resend refuses a sender whose name needs quotes. */
function isEndOf(engine: MatrixEngine) {
  return (state: string) =>
    engine === 'resend'
      ? state === 'sent' || state === 'failed'
      : state === (engine === 'noop' ? 'captured' : 'sent')
}

/** The only names of header fields that these emails have. */
const names = new Set([
  ...['content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
  ...['subject', 'to', 'x-a', 'x-postern-id'],
])

async function faultsOf({ to, bytes, parts }: Left): Promise<string[]> {
  return [
    ...(to.join() === 'bob@there.test' ? [] : [`sent to ${to.join()}`]),
    ...(bytes ? await faultsOfBytes(bytes) : []),
    ...(parts ? faultsOfParts(parts) : []),
  ]
}

async function faultsOfBytes(bytes: Uint8Array): Promise<string[]> {
  const found = headerOf(bytes).map(({ name }) => name)
  const { to = [], cc = [], bcc = [] } = await PostalMime.parse(bytes)
  return [
    ...wireFaults(bytes),
    ...found.filter((name) => !names.has(name)).map((name) => `header ${name}`),
    ...found.filter((name, place) => found.indexOf(name) < place).map((name) => `second ${name}`),
    ...(to.length === 1 && cc.length + bcc.length === 0 ? [] : ['other recipients in the header']),
  ]
}

/** A provider makes header lines of these: none may hold what ends one. */
function faultsOfParts({ from, subject, headers, attachments = [] }: NonNullable<Left['parts']>) {
  const lines = [
    ...[from.name ?? '', from.email, subject],
    ...Object.entries(headers).flat(),
    ...attachments.flatMap(({ filename = '', type = '' }) => [filename, type]),
  ]
  return [
    ...lines.filter((line) => /[\r\n\0\u0085\u2028\u2029]/.test(line)),
    ...Object.keys(headers).filter((name) => !names.has(name.toLowerCase())),
  ]
}

function isTaken(part: object): boolean {
  return requestOf(part) !== undefined
}

function requestOf(part: object) {
  const read = readEmailRequest({ ...plainBody, ...part }, now)
  return 'request' in read ? read.request : undefined
}

/** Not imported: it holds halves of surrogate pairs, which vite cannot turn into a module. */
