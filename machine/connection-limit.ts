import type { Socket } from 'node:net'
import { plain } from './name-client.ts'

/** Which connections a server has, and which of them has to go for another. */
export interface ConnectionLimit {
  /**
   * Takes a new connection, in place of the least of the others where there are too many.
   *
   * @returns false when there is no place for it
   */
  readonly admit: (socket: Socket) => boolean
  /** Its caller has shown who it is: it stays. */
  readonly know: (socket: Socket) => void
  /** Whether something is being done for it right now. */
  readonly busy: (socket: Socket, isBusy: boolean) => void
}

interface LimitOptions {
  readonly most: number
  /** Addresses that many clients share: proxies. This machine itself always is one. */
  readonly shared?: readonly string[]
}

/** One peer has this part of the connections, unless many clients share its address. */
const shareOfPeer = 1 / 2

interface Place {
  readonly socket: Socket
  readonly peer: string
  isKnown: boolean
  isBusy: boolean
}

/**
 * Keeps a server open for those who have a key, whatever strangers do: where there is no place left,
 * a new connection gets that of a stranger, the one that has been idle longest. It never gets that
 * of a caller who is known.
 */
export function connectionLimit({ most, shared = [] }: LimitOptions): ConnectionLimit {
  /** In the order in which they came, or were last busy. */
  const places = new Map<Socket, Place>()
  const peers = new Map<string, number>()
  const mostOfPeer = Math.ceil(most * shareOfPeer)
  const isShared = (peer: string) => shared.includes(peer) || isLoopback(peer)

  function admit(socket: Socket): boolean {
    const peer = plain(socket.remoteAddress ?? '')
    const isPeerFull = !isShared(peer) && (peers.get(peer) ?? 0) >= mostOfPeer
    const isFull = isPeerFull || places.size >= most
    if (isFull && !makeRoom(isPeerFull ? peer : undefined)) return false
    places.set(socket, { socket, peer, isKnown: false, isBusy: false })
    count(peer, 1)
    socket.once('close', () => remove(socket))
    return true
  }

  /** Closes a stranger, one who is busy only where no other is left. Says whether there was one. */
  function makeRoom(peer: string | undefined): boolean {
    let least: Place | undefined
    for (const place of places.values()) {
      if (place.isKnown || (peer !== undefined && place.peer !== peer)) continue
      least ??= place
      if (least.isBusy && !place.isBusy) least = place
      if (!least.isBusy) break
    }
    if (!least) return false
    remove(least.socket)
    least.socket.destroy()
    return true
  }

  function remove(socket: Socket) {
    const place = places.get(socket)
    if (!place) return
    places.delete(socket)
    count(place.peer, -1)
  }

  function count(peer: string, change: number) {
    const now = (peers.get(peer) ?? 0) + change
    if (now > 0) peers.set(peer, now)
    else peers.delete(peer)
  }

  return {
    admit,
    know(socket) {
      const place = places.get(socket)
      if (place) place.isKnown = true
    },
    busy(socket, isBusy) {
      const place = places.get(socket)
      if (!place) return
      place.isBusy = isBusy
      if (isBusy) return
      places.delete(socket)
      places.set(socket, place)
    },
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
