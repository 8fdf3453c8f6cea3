import { request } from '../data/request.ts'

interface RedriveAnswer {
  readonly data: readonly Redriven[]
  readonly has_more: boolean
}

export interface Redriven {
  readonly id: string
  readonly redriven: boolean
  readonly reason: string | null
}

/** Puts the emails of these letters back into the queue. */
export async function redriveThese(ids: readonly string[]): Promise<readonly Redriven[]> {
  return (await request<RedriveAnswer>('POST', '/v1/dead-letters/redrive', { ids })).data
}

/** All of them, in as many requests as it takes: one does a limited number. */
export async function redriveAll(): Promise<readonly Redriven[]> {
  const all: Redriven[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const answer = await request<RedriveAnswer>('POST', '/v1/dead-letters/redrive', { after })
    all.push(...answer.data)
    if (!answer.has_more || answer.data.length === 0) return all
  }
}
