import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { openDoors } from '../soak/doors.ts'
import { soakEmail } from '../soak/email.ts'
import { openSink } from '../soak/sink-server.ts'
import { startVictim } from '../soak/victim.ts'
import { answeredTooSoon, type Yes } from './order.ts'

interface OrderProof {
  readonly answers: number
  /** Ids of those that left before what they promise was on disk. */
  readonly tooSoon: readonly string[]
}

/** More than a page of the database with every character escaped. */
const longestString = 20_000

/**
 * Watches every call to the disk and every answer while emails come in by HTTP and SMTP, and says
 * which answers left too soon. This is what a power cut would show, as far as calls can show it.
 *
 * @param preload a module that is loaded before Postern
 */
export async function proveOrder(emails: number, preload?: string): Promise<OrderProof> {
  const seed = 1
  const directory = mkdtempSync(join(tmpdir(), 'postern-order-'))
  const sink = await openSink({ seed, times: 0, delayMs: 0, write: () => undefined })
  const report = join(directory, 'strace')
  const home = {
    directory: join(directory, 'data'),
    port: await freePort(),
    smtpPort: await freePort(),
    sinkPort: sink.port,
    errorLog: join(directory, 'errors'),
    through: ['strace', '-f', '-qq', '-y', '-s', String(longestString), '-o', report, ...watched],
    ...(preload && { preload }),
  }
  const victim = startVictim(home)
  const doors = openDoors(home)
  try {
    await victim.ready
    const answers = Array.from({ length: emails }, async (_, n): Promise<Yes> => {
      const email = soakEmail(seed, n)
      const id = await doors[email.door](email)
      // As strace writes JSON; what came by SMTP is kept as it came, in base64.
      const text = email.door === 'http' ? [`${email.subject}\\\\n.`] : []
      return { id, marks: [`${email.subject}\\"`, `content/${id}`, ...text] }
    })
    const yes = await Promise.all(answers)
    await victim.stop()
    const tooSoon = answeredTooSoon(readFileSync(report, 'latin1'), yes)
    return { answers: yes.length, tooSoon: tooSoon.map(({ id }) => id) }
  } finally {
    await victim.kill()
    doors.close()
    sink.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

const watched = ['-e', 'trace=fsync,fdatasync,pwrite64,write,writev,sendmsg,sendto']
