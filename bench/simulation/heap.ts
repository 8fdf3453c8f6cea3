/** What happens at a time; what is asked for first at one time happens first. */
interface Event {
  readonly time: number
  run: () => void
}

/** Events by time: a binary heap, because a million emails make many millions of them. */
interface EventHeap {
  push(event: Event): void
  pop(): Event | undefined
  readonly nextTime: number | undefined
}

export function eventHeap(): EventHeap {
  const events: Event[] = []
  /** For each event, which one it was. */
  const places: number[] = []
  let count = 0

  function isBefore(time: number, place: number, other: number): boolean {
    const difference = time - events[other]!.time
    return difference < 0 || (difference === 0 && place < places[other]!)
  }

  function set(at: number, event: Event, place: number) {
    events[at] = event
    places[at] = place
  }

  /** Moves the hole at `from` down to where the event belongs. */
  function sink(event: Event, place: number) {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= events.length) break
      const right = child + 1
      if (right < events.length && isBefore(events[right]!.time, places[right]!, child))
        child = right
      if (isBefore(event.time, place, child)) break
      set(at, events[child]!, places[child]!)
      at = child
    }
    set(at, event, place)
  }

  return {
    push(event) {
      const place = count++
      let at = events.length
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (!isBefore(event.time, place, parent)) break
        set(at, events[parent]!, places[parent]!)
        at = parent
      }
      set(at, event, place)
    },
    pop() {
      const top = events[0]
      const [last, place] = [events.pop(), places.pop()]
      if (events.length > 0) sink(last!, place!)
      return top
    },
    get nextTime() {
      return events[0]?.time
    },
  }
}
