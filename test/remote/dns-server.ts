import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** What a name holds, by type; a name that is not there does not exist. */
export type Zone = Record<string, { TXT?: string[]; CNAME?: string[]; MX?: [number, string][] }>

export interface DnsServer {
  /** As `Resolver.setServers` takes it. */
  readonly address: string
  zone: Zone
  /** Answers SERVFAIL to everything. */
  fails: boolean
  close(): Promise<void>
}

/** A name server on loopback that knows just one zone (RFC 1035). */
export async function dnsServer(zone: Zone = {}): Promise<DnsServer> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const server: DnsServer = {
    address: `127.0.0.1:${port}`,
    zone,
    fails: false,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
  socket.on('message', (query, { port: from, address }) =>
    socket.send(answerTo(query, server), from, address),
  )
  return server
}

const types = { CNAME: 5, MX: 15, TXT: 16 } as const
const codes = { noError: 0, serverFailure: 2, nameError: 3 } as const

function answerTo(query: Buffer, { zone, fails }: DnsServer): Buffer {
  const { name, end } = nameIn(query)
  const type = query.readUInt16BE(end)
  const held = zone[name.toLowerCase()]
  const data = !fails && held ? dataOf(held, type) : []
  const code = fails ? codes.serverFailure : held ? codes.noError : codes.nameError
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8580 | code, 2)
  header.writeUInt16BE(data.length, 6)
  header.fill(0, 8)
  const question = query.subarray(12, end + 4)
  return Buffer.concat([header, question, ...data.map((bytes) => record(type, bytes))])
}

function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function dataOf({ TXT = [], CNAME = [], MX = [] }: Zone[string], type: number): Buffer[] {
  if (type === types.TXT) return TXT.map((text) => Buffer.concat(stringsOf(text)))
  if (type === types.CNAME) return CNAME.map(encodeName)
  if (type !== types.MX) return []
  return MX.map(([priority, host]) =>
    Buffer.concat([Buffer.from([priority >> 8, priority & 0xff]), encodeName(host)]),
  )
}

/** A text of more than 255 bytes is several strings. */
function stringsOf(text: string): Buffer[] {
  const parts = text.match(/[^]{1,255}/g) ?? ['']
  return parts.map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)]))
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([...labels.flat(), Buffer.from([0])])
}

/** Points at the name in the question; class IN, a minute to live. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
