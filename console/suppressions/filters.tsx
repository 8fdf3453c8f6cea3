import type { RefObject } from 'preact'
import { Search } from '../parts/search.tsx'
import { adjust, go, href } from '../shell/place.ts'
import { reasonLabels, reasons } from './reasons.ts'

/** What the list is narrowed to; empty: not by that. */
export interface Filter {
  readonly q: string
  readonly reason: string
  readonly list: string
}

interface FiltersProps {
  readonly filter: Filter
  readonly field: RefObject<HTMLInputElement | null>
}

export function Filters({ filter, field }: FiltersProps) {
  return (
    <div class="filters">
      <Search
        label="Address"
        value={filter.q}
        field={field}
        onSearch={(q) => adjust(['suppressions'], { ...filter, q })}
      />
      <select
        aria-label="Reason"
        value={filter.reason}
        onChange={({ currentTarget }) =>
          go(['suppressions'], { ...filter, reason: currentTarget.value })
        }
      >
        <option value="">All reasons</option>
        {reasons.map((reason) => (
          <option key={reason} value={reason}>
            {reasonLabels[reason]}
          </option>
        ))}
      </select>
      {filter.list && (
        <a class="button" href={href(['suppressions'], { ...filter, list: undefined })}>
          Only of the list {filter.list}: show all
        </a>
      )}
    </div>
  )
}
