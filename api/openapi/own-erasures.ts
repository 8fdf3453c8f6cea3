import { erasureWish } from '../v1/erasure-wish.ts'
import { erasureItem } from './erasure-shapes.ts'
import type { Operation } from './operation.ts'

/** A person's address, taken out of all that is kept. */
export const erasureOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/erasures',
    summary: 'Erase a person by address, or only count what there is',
    needs: 'full_access',
    body: erasureWish,
    example: { address: 'bob@example.com', dry_run: true },
    answer: { status: 200, body: erasureItem },
    refusals: { 409: 'Emails to the address wait to be sent.' },
  },
]
