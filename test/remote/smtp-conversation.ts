import type { Socket } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'
import { actOf } from './smtp-script.ts'
import type { Act, Script, Stage } from './smtp-script.ts'
import { unstuffed, wireOn } from './smtp-wire.ts'

export interface ReceivedEmail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came: dots stuffed, without the final dot. */
  readonly raw: Buffer
  readonly content: Buffer
  readonly connection: number
}

/** Where a conversation tells what happened. */
export interface Log {
  readonly connection: number
  readonly kept: number
  record(chunk: Buffer): void
  command(line: string): void
  keep(email: ReceivedEmail): void
  hang(): void
  /** Resolves when the test releases what waits. */
  wait(): Promise<void>
}

/** One connection from the greeting to its end, by the script. */
export async function converse(socket: Socket, script: Script, log: Log): Promise<void> {
  let secure = script.implicitTls === true
  let wire = wireOn(secure ? secured(socket, script) : socket, log.record)
  let from = ''
  let to: string[] = []

  const choose = (stage: Stage, line = '') =>
    actOf(script, stage, { line, connection: log.connection, kept: log.kept }, secure)

  async function perform(act: Act) {
    if (act.wait) await log.wait()
    if (act.say !== undefined) await wire.write(`${act.say}\r\n`, script.chop)
    if (act.raw !== undefined) await wire.write(act.raw, script.chop)
    if (act.then === 'close') wire.socket.end()
    if (act.then === 'reset') socket.resetAndDestroy()
    if (act.say === undefined && act.raw === undefined && !act.then) log.hang()
  }

  async function startTls(line: string) {
    const act = choose('starttls', line)
    await perform(act)
    if (!act.say?.startsWith('220')) return
    if (script.handshake) return perform(script.handshake)
    socket.removeAllListeners('data')
    secure = true
    wire = wireOn(secured(socket, script), log.record)
  }

  async function logIn(line: string) {
    if (line === 'AUTH LOGIN') {
      for (const question of ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6']) {
        await wire.write(`334 ${question}\r\n`)
        log.command((await wire.line()) ?? '')
      }
    }
    await perform(choose('auth', line))
  }

  async function takeContent(line: string) {
    const act = choose('data', line)
    await perform(act)
    if (!act.say?.startsWith('354')) return
    if (script.body) {
      await wire.atLeast(script.body.after)
      wire.socket.pause()
      return perform(script.body)
    }
    const raw = await wire.content()
    if (!raw) return
    const end = choose('dot')
    if (end.keep || end.say?.startsWith('2'))
      log.keep({ from, to, raw, content: unstuffed(raw), connection: log.connection })
    await perform(end)
  }

  async function answer(line: string) {
    const verb = /^[a-z]+/i.exec(line)?.[0].toUpperCase() ?? ''
    const address = /<(.*)>/.exec(line)?.[1] ?? ''
    if (verb === 'STARTTLS' && !secure && (script.tls ?? script.handshake ?? script.starttls))
      return startTls(line)
    if (verb === 'AUTH') return logIn(line)
    if (verb === 'DATA') return takeContent(line)
    const stage = simple[verb]
    if (!stage) return perform({ say: '502 5.5.2 what?' })
    const act = choose(stage, line)
    if (stage === 'mail') [from, to] = [address, []]
    if (stage === 'rcpt' && act.say?.startsWith('2')) to.push(address)
    return perform(stage === 'quit' ? { then: 'close', ...act } : act)
  }

  await perform(choose('greeting'))
  for (let line = await wire.line(); line !== undefined; line = await wire.line()) {
    log.command(line)
    await answer(line)
  }
}

const simple: Readonly<Record<string, Stage>> = {
  EHLO: 'ehlo',
  HELO: 'helo',
  MAIL: 'mail',
  RCPT: 'rcpt',
  RSET: 'rset',
  QUIT: 'quit',
}

function secured(socket: Socket, { tls = {} }: Script): TLSSocket {
  const secureContext = createSecureContext(tls)
  return new TLSSocket(socket, { isServer: true, secureContext })
}
