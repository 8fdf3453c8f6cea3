import type { Socket } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'
import { actOf, usual } from './smtp-script.ts'
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
interface Log {
  readonly connection: number
  readonly kept: number
  readonly record: (chunk: Buffer) => void
  command(line: string): void
  keep(email: ReceivedEmail): void
  hang(): void
  /** Resolves when the test releases what waits. */
  wait(): Promise<void>
}

interface Scripted {
  /** Looked at again at every stage. */
  readonly script: Script
}

/** One connection from the greeting to its end, by the script. */
export async function converse(socket: Socket, server: Scripted, log: Log): Promise<void> {
  let secure = server.script.implicitTls === true
  const { pace } = server.script
  let wire = wireOn(secure ? secured(socket, server.script) : socket, log.record, pace)
  let from = ''
  let to: string[] = []
  // What follows then is content and must not be taken for commands.
  let abandoned = false

  const choose = (stage: Stage, line = '') =>
    actOf(server.script, stage, { line, connection: log.connection, kept: log.kept }, secure)

  async function perform(act: Act) {
    if (act.wait) await log.wait()
    if (act.say !== undefined) await wire.write(`${act.say}\r\n`, server.script.chop)
    if (act.raw !== undefined) await wire.write(act.raw, server.script.chop)
    if (act.then === 'close') wire.socket.end()
    if (act.then === 'reset') socket.resetAndDestroy()
    if (act.say === undefined && !act.then) log.hang()
  }

  async function startTls(line: string) {
    const act = choose('starttls', line)
    await perform(act)
    if (!act.say?.startsWith('220')) return
    if (server.script.handshake) return perform(server.script.handshake)
    socket.removeAllListeners('data')
    secure = true
    wire = wireOn(secured(socket, server.script), log.record, pace)
  }

  async function logIn(line: string) {
    if (line === 'AUTH LOGIN') {
      for (const question of ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6']) {
        await wire.write(`334 ${question}\r\n`)
        log.command((await wire.line()) ?? '')
      }
    }
    let act = choose('auth', line)
    await perform(act)
    // 334: the next line is a part of the login too.
    while (act.say?.startsWith('334')) {
      const next = await wire.line()
      if (next === undefined) return
      log.command(next)
      act = choose('auth', next)
      await perform(act)
    }
  }

  async function takeContent(line: string) {
    const chosen = server.script.data ? choose('data', line) : undefined
    const act = chosen ?? { say: to.length > 0 ? usual.data : '554 5.5.1 no valid recipients' }
    await perform(act)
    if (!/^354/m.test(act.say ?? '')) return
    const { body } = server.script
    if (body) {
      await wire.atLeast(body.after)
      wire.socket.pause()
      await perform(body)
      abandoned = true
      return
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
    if (verb === 'STARTTLS' && canStartTls(server.script) && !secure) return startTls(line)
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
    if (abandoned) return
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

function canStartTls({ tls, handshake, starttls }: Script): boolean {
  return (tls ?? handshake ?? starttls) !== undefined
}

function secured(socket: Socket, { tls = {} }: Script): TLSSocket {
  const secureContext = createSecureContext(tls)
  return new TLSSocket(socket, { isServer: true, secureContext })
}
