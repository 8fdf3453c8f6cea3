import { useStore } from '../data/store.ts'
import { ReturnedList } from '../returned/returned-list.tsx'
import { ReturnedPage } from '../returned/returned-page.tsx'
import { place } from '../shell/place.ts'
import { SuppressionList } from './suppression-list.tsx'
import { SuppressionPage } from './suppression-page.tsx'

/** The addresses that get nothing, and the returned email that no program understood. */
export function SuppressionsView() {
  const [first, second] = useStore(place).rest
  if (first === undefined) return <SuppressionList />
  if (first !== 'returned') return <SuppressionPage key={first} id={first} />
  return second === undefined ? <ReturnedList /> : <ReturnedPage key={second} id={second} />
}
