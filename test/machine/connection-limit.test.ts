import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connectionLimit } from '../../machine/connection-limit.ts'

class FakeSocket extends EventEmitter {
  destroyed = false
  readonly remoteAddress: string
  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }
  destroy() {
    this.destroyed = true
    this.emit('close')
  }
}

function open(most: number, shared?: readonly string[]) {
  const limit = connectionLimit({ most, shared })
  const dial = (address = '127.0.0.1') => {
    const socket = new FakeSocket(address) as unknown as Socket
    if (!limit.admit(socket)) socket.destroy()
    return socket
  }
  const dialAll = (count: number, address?: string) =>
    Array.from({ length: count }, () => dial(address))
  return { ...limit, dial, dialAll }
}

const isOpen = ({ destroyed }: Socket) => !destroyed

describe('the limit of connections', () => {
  it('gives the place of the longest idle stranger to a new connection', () => {
    const { dialAll, dial, busy } = open(3)
    const [first, second, third] = dialAll(3)
    busy(first!, true)
    busy(first!, false)
    expect([dial(), first!, second!, third!].map(isOpen)).toEqual([true, true, false, true])
  })

  it('takes a stranger who is busy only where no other is left', () => {
    const { dialAll, dial, busy } = open(3)
    const [first, second, third] = dialAll(3)
    busy(first!, true)
    busy(second!, true)
    expect([dial(), first!, second!, third!].map(isOpen)).toEqual([true, true, true, false])
    const all = open(2)
    const [one, other] = all.dialAll(2)
    for (const socket of [one!, other!]) all.busy(socket, true)
    expect([all.dial(), one!, other!].map(isOpen)).toEqual([true, false, true])
  })

  it('never closes one who is known, and then has no place for another', () => {
    const { dialAll, dial, know } = open(3)
    const pool = dialAll(3)
    pool.forEach(know)
    expect([dial(), ...pool].map(isOpen)).toEqual([false, true, true, true])
    pool[0]!.destroy()
    expect(isOpen(dial())).toBe(true)
  })

  it('keeps half of the places from one peer, though it is known', () => {
    const { dialAll, dial, know } = open(100)
    const pool = dialAll(50, '198.51.100.7')
    pool.forEach(know)
    expect(isOpen(dial('198.51.100.7'))).toBe(false)
    expect(isOpen(dial('::ffff:198.51.100.7'))).toBe(false)
    expect(dialAll(50, '203.0.113.9').every(isOpen)).toBe(true)
    expect(pool.every(isOpen)).toBe(true)
  })

  it('takes one of the same peer where that one has too many', () => {
    const { dialAll, dial } = open(100)
    const others = dialAll(20, '203.0.113.9')
    const [first] = dialAll(50, '198.51.100.7')
    expect(isOpen(dial('198.51.100.7'))).toBe(true)
    expect(isOpen(first!)).toBe(false)
    expect(others.every(isOpen)).toBe(true)
  })

  it.each(['127.0.0.1', '::1', '192.0.2.1'])('takes %s for many clients', (address) => {
    const { dialAll, know } = open(100, ['192.0.2.1'])
    const pool = dialAll(100, address)
    pool.forEach(know)
    expect(pool.every(isOpen)).toBe(true)
  })

  it('has the places of those that went', () => {
    const { dialAll } = open(100)
    for (let i = 0; i < 3; i++) {
      const all = dialAll(50, '198.51.100.7')
      expect(all.every(isOpen)).toBe(true)
      for (const socket of all) socket.destroy()
    }
  })
})
