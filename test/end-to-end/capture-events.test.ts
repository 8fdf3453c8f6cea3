import { once } from 'node:events'
import { get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'
import { hosts } from './hosts.ts'

describe.each(hosts)('an event source at $name', ({ open }) => {
  it('is told of every email once, however often it comes again', { timeout: 60_000 }, async () => {
    const host = await open()
    const { baseUrl, key } = host
    onTestFinished(() => host.close())
    const headers = { authorization: `Bearer ${key}` }
    const send = (to: string, subject: string) =>
      fetch(`${baseUrl}/emails`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ from: 'a@example.com', to, subject, text: 'x' }),
      })
    const follow = (place?: string) =>
      ask(`${baseUrl}/v1/captures/events${place === undefined ? '' : '?to=b@example.com'}`, {
        ...headers,
        ...(place !== undefined && { 'Last-Event-ID': place }),
      })

    let isOpen = false
    const first = follow().finally(() => (isOpen = true))
    // A function answers when something came.
    while (!isOpen) await send('other@example.com', 'other')
    let place = (await eventsIn(await first).next()).value!.id
    const subjects = ['one', 'two', 'three', 'four', 'five']
    await Promise.all(subjects.map((subject) => send('b@example.com', subject)))

    const told: string[] = []
    while (told.length < subjects.length)
      for await (const { id, data } of eventsIn(await follow(place))) {
        place = id
        if (data === undefined) continue
        told.push((JSON.parse(data) as { subject: string }).subject)
        // Cut off, but for once.
        if (told.length !== 2) break
      }
    expect(told.toSorted()).toEqual(subjects.toSorted())
  })
})

it('an event source is not waited for when a Postern stops, and sees the end of its stream', async () => {
  const { path: directory, remove } = temporaryDirectory()
  const running = await startHere({ directory })
  onTestFinished(async () => {
    await running.stop()
    remove()
  })
  const events = eventsIn(await ask(`${running.url}/v1/captures/events`))
  expect((await events.next()).value).toMatchObject({ data: undefined })
  const [rest] = await Promise.all([events.next(), running.stop()])
  // A connection that is cut off would throw.
  expect(rest).toEqual({ done: true, value: undefined })
})

async function ask(url: string, headers: OutgoingHttpHeaders = {}): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ]
  expect(answer.statusCode).toBe(200)
  return answer.setEncoding('utf8')
}

/** As the HTML standard reads a stream: the last id, and the data of an event if it is one. */
async function* eventsIn(
  answer: AsyncIterable<string>,
): AsyncGenerator<{ id: string; data?: string }, void> {
  let text = ''
  for await (const piece of answer) {
    text += piece
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const [id, data] = [/^id: (.*)$/m.exec(block)?.[1], /^data: (.*)$/m.exec(block)?.[1]]
      if (id !== undefined) yield { id, data }
    }
  }
}
