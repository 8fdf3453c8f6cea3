import { compare } from './compare.ts'
import { acceptingRig, bareRig } from './rig.ts'

/** How fast `POST /emails` says yes, each email being on disk by then. */
export async function accept(): Promise<void> {
  for (const { clients, total } of [
    { clients: 1, total: 600 },
    { clients: 10, total: 3_000 },
  ])
    await compare(`accept, 4 kB, keep-alive clients: ${clients}`, total, [
      { name: 'postern, engine noop, discarding', open: () => acceptingRig(clients) },
      { name: 'bare node:http server, keeping nothing', open: () => bareRig(clients) },
    ])
}
