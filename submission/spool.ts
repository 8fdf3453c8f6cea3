import { mkdirSync, rmSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { room } from '../mail/room.ts'

/** Where emails that come in lie while they are too large for memory, each until it is accepted. */
export interface Spool {
  /** Whether so much more of this caller's would have space now. */
  hasSpace(holder: string, bytes: number): boolean
  /** @returns undefined when there is no space on the disk */
  open(holder: string): Promise<Spooled | undefined>
}

/** One email, as far as it has come. */
export interface Spooled {
  /** False when there is no space for more. */
  add(bytes: Buffer): Promise<boolean>
  read(): Promise<Buffer>
  /** A second time does nothing. */
  remove(): Promise<void>
}

/** All emails that are coming in, in bytes; one caller with several has half of it. */
const usualBytes = 1_000_000_000

/** The disk is left so much for what was accepted, in bytes. */
const leftBytes = 200_000_000

const full = ['ENOSPC', 'EDQUOT']

/**
 * A folder of its own below the data directory. What a process that died has left in it was never
 * accepted: its clients were not answered, and send it again.
 */
export function spoolIn(directory: string, mostBytes = usualBytes): Spool {
  const folder = join(directory, 'incoming')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const space = room(mostBytes, 1)

  async function isFull(): Promise<boolean> {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize < leftBytes
  }

  return {
    hasSpace(holder, bytes) {
      const stay = space.enter(holder, bytes)
      stay?.leave()
      return stay !== undefined
    },
    async open(holder) {
      const stay = space.enter(holder, 0)
      if (!stay || (await isFull())) return undefined
      const path = join(folder, crypto.randomUUID())
      const file = await open(path, 'wx+', 0o600)
      // Without a name it is gone with this process, however that ends. Windows keeps the name.
      const isNameless = process.platform !== 'win32'
      if (isNameless) rmSync(path)
      let size = 0
      let removed: Promise<void> | undefined

      async function removeOnce() {
        stay!.leave()
        await file.close()
        if (!isNameless) rmSync(path, { force: true })
      }

      return {
        async add(bytes) {
          if (!stay.more(bytes.length)) return false
          try {
            await file.writeFile(bytes)
          } catch (error) {
            if (full.includes((error as NodeJS.ErrnoException).code ?? '')) return false
            throw error
          }
          size += bytes.length
          return true
        },
        async read() {
          const whole = Buffer.allocUnsafe(size)
          for (let at = 0; at < size;) {
            const { bytesRead } = await file.read(whole, at, size - at, at)
            if (bytesRead === 0) throw new Error('an incoming email ends before its end')
            at += bytesRead
          }
          return whole
        },
        remove: () => (removed ??= removeOnce()),
      }
    },
  }
}
