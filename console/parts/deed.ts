import { useRef, useState } from 'preact/hooks'
import { complain } from '../shell/toasts.tsx'

/**
 * A deed that a button starts: says whether it is under way, and does it once however often the
 * button is pressed. What goes wrong is said in a toast unless the deed deals with it.
 */
export function useDeed<A extends unknown[]>(
  deed: (...args: A) => Promise<void>,
): [(...args: A) => Promise<void>, boolean] {
  const [busy, setBusy] = useState(false)
  const running = useRef(false)
  const run = async (...args: A) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    try {
      await deed(...args)
    } catch (error) {
      complain(error)
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return [run, busy]
}
