/**
 * Hands on together what is given at the same moment: each message between threads costs as much
 * as the letter in it.
 *
 * @param later calls back when the moment is over
 */
export function together<Thing>(
  later: (over: () => void) => void,
  handOn: (things: Thing[]) => void,
): (thing: Thing) => void {
  let waiting: Thing[] = []

  function over() {
    const things = waiting
    waiting = []
    handOn(things)
  }

  return (thing) => {
    if (waiting.push(thing) === 1) later(over)
  }
}
