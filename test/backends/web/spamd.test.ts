import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { spamd } from '../../../backends/web/spamd.ts'
import { freePort } from '../../../bench/free-port.ts'

const eml = Buffer.from('Subject: x\r\n\r\nHello')
const judged = 'SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: False ; 1.5 / 5.0\r\n\r\nabc'

/** Asks a daemon that does this with what it was told; tells as well what that was. */
async function ask(does: (socket: Socket) => void, bytes: Uint8Array = eml) {
  const told: Buffer[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (piece: Buffer) => void told.push(piece))
    does(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const verdict = await spamd({ host: '127.0.0.1', port, mostMs: 1_000 })(bytes)
  return { verdict, told: Buffer.concat(told).toString() }
}

describe('asking the daemon of SpamAssassin', () => {
  it('hands over the bytes with their length, and reads the answer', async () => {
    const { verdict, told } = await ask((socket) => socket.on('end', () => socket.end(judged)))
    expect(told).toBe(`REPORT SPAMC/1.5\r\nContent-length: ${eml.length}\r\n\r\n${eml.toString()}`)
    expect(verdict).toMatchObject({ kind: 'judged', isSpam: false, score: 1.5, threshold: 5 })
  })

  it.each<[string, (socket: Socket) => void, string]>([
    ['says nothing', () => undefined, 'no answer within 1 s'],
    [
      'never ends its answer',
      (socket) => socket.write(judged.replace('3', '9')),
      'no answer within 1 s',
    ],
    ['closes at once', (socket) => socket.destroy(), ''],
    ['closes without a word', (socket) => socket.end(), 'something else than its protocol'],
    ['is cut off', (socket) => socket.end(judged.replace('3', '9')), 'cut off'],
    ['speaks something else', (socket) => socket.end('220 mail ESMTP\r\n'), 'something else'],
    ['says too much', (socket) => pour(socket), 'too long'],
    ['says no', (socket) => socket.end('SPAMD/1.1 76 EX_PROTOCOL\r\n\r\n'), '76 EX_PROTOCOL'],
  ])('knows nothing when it %s', async (_, does, reason) => {
    const { verdict } = await ask(does)
    expect(verdict).toEqual({ kind: 'unknown', reason: expect.stringContaining(reason) as string })
  })

  it('knows nothing when there is none', async () => {
    const verdict = await spamd({ host: '127.0.0.1', port: await freePort() })(eml)
    expect(verdict).toEqual({ kind: 'unknown', reason: 'it could not be asked (ECONNREFUSED)' })
  })

  it('hands over no email of more than 500 kB', async () => {
    const { verdict, told } = await ask((socket) => socket.end(judged), Buffer.alloc(500_001))
    expect([verdict.kind, told]).toEqual(['unknown', ''])
  })
})

function pour(socket: Socket) {
  const more = () => {
    while (!socket.destroyed && socket.write('x'.repeat(65_536)));
  }
  socket.on('drain', more)
  more()
}
