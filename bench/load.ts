import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerParent } from './child.ts'
import { emailOf, type Load, type LoadResult } from './email.ts'

/**
 * Makes `POST /emails` on keep-alive connections, each with one request under way. On raw sockets:
 * a whole HTTP client would take as much of the machine as what is measured.
 */
answerParent<Load, LoadResult>(async (load) => {
  const since = performance.now()
  const tickets = ticketsOf(load, since)
  const clients = Array.from({ length: load.clients }, () => runClient(load, tickets))
  const results = (await Promise.all(clients)).flat()
  return {
    seconds: (performance.now() - since) / 1_000,
    refused: results.filter(({ status }) => status !== 200).length,
    latencies: results.map(({ latency }) => latency),
  }
})

/** When each request is due; the clients share them. */
function* ticketsOf({ total, perSecond }: Load, since: number): Generator<number> {
  for (let i = 0; i < total; i++)
    yield perSecond ? since + (i / perSecond) * 1_000 : performance.now()
}

async function runClient(load: Load, tickets: Generator<number>) {
  const { port } = load
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  const request = requestOf(load)
  const results: { status: number; latency: number }[] = []
  for (const due of tickets) {
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    socket.write(request)
    const status = await answerOn(socket)
    results.push({ status, latency: performance.now() - due })
  }
  socket.destroy()
  return results
}

function requestOf({ port, kilobytes, email = emailOf(kilobytes) }: Load): Buffer {
  const body = JSON.stringify(email)
  const head = [
    'POST /emails HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Authorization: Bearer re_bench',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** The status of the one answer that is under way, once all of it is here. */
function answerOn(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      if (!isWhole(answer)) return
      socket.off('data', onData).off('close', onClose)
      resolve(Number(answer.slice(9, 12)))
    }
    const onClose = () => reject(new Error('the server closed a connection under load'))
    socket.on('data', onData).once('close', onClose)
  })
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /^content-length: (\d+)\r$/im.exec(answer)?.[1]
  if (length === undefined) return answer.endsWith('\r\n0\r\n\r\n')
  return answer.length >= headEnd + 4 + Number(length)
}
