import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spoolIn } from '../../submission/spool.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

const open = (mostBytes?: number) => {
  const directory = temporaryDirectory()
  return { directory, spool: spoolIn(directory, mostBytes) }
}

describe('the space for emails that come in', () => {
  it('gives back what it was given', async () => {
    const { spool } = open()
    const file = (await spool.open('one'))!
    const parts = [Buffer.from('From: a'), Buffer.alloc(300_000, 'b'), Buffer.alloc(0)]
    for (const part of parts) expect(await file.add(part)).toBe(true)
    expect((await file.read()).equals(Buffer.concat(parts))).toBe(true)
    await file.remove()
    await file.remove()
  })

  it('has no name in the folder: however a process ends, nothing stays', async () => {
    const { directory, spool } = open()
    await (await spool.open('one'))!.add(Buffer.from('secret'))
    expect(readdirSync(join(directory, 'incoming'))).toEqual([])
  })

  it('is swept where files keep their names', () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'incoming'))
    writeFileSync(join(directory, 'incoming/left'), 'by a process that died')
    spoolIn(directory)
    expect(readdirSync(join(directory, 'incoming'))).toEqual([])
  })

  it('is not all taken by one, and comes back', async () => {
    const { spool } = open(8_000_000)
    const [first, second] = [(await spool.open('one'))!, (await spool.open('one'))!]
    expect(await first.add(Buffer.alloc(3_000_000))).toBe(true)
    expect(await second.add(Buffer.alloc(3_000_000))).toBe(false)
    expect(spool.hasSpace('other', 3_000_000)).toBe(true)
    expect(spool.hasSpace('other', 5_000_000)).toBe(false)
    await first.remove()
    expect(await second.add(Buffer.alloc(6_000_000))).toBe(true)
  })
})
