import { connection } from '../data/connection.ts'
import { useStore } from '../data/store.ts'

/** Says so when Postern is slow or gone; above everything, and moving nothing. */
export function ConnectionLine() {
  const state = useStore(connection)
  return (
    <div class="connection" role="status">
      {state === 'slow' && <p>Postern is slow to answer. Still waiting.</p>}
      {state === 'gone' && (
        <p class="bad">
          Postern cannot be reached. What you typed stays here; this page continues by itself when
          Postern is back.
        </p>
      )}
    </div>
  )
}
