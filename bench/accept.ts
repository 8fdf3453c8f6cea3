import { compare } from './compare.ts'
import { acceptingRig, bareRig } from './rig.ts'

/** How fast `POST /emails` says yes, each email being on disk by then. */
export async function accept(): Promise<void> {
  for (const clients of [1, 10])
    await compare(`accept, 4 kB, ${clients} keep-alive clients`, [
      { name: 'postern, engine noop, discarding', open: () => acceptingRig(clients) },
      { name: 'bare node:http server, keeping nothing', open: () => bareRig(clients) },
    ])
}
