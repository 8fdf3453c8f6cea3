import { compare } from './compare.ts'
import { acceptingRig, bareRig } from './rig.ts'

const kilobytes = 4

/** How fast `POST /emails` says yes, each email being on disk by then. */
export async function accept(rounds: number): Promise<void> {
  for (const { clients, total } of [
    { clients: 1, total: 2_000 },
    { clients: 10, total: 8_000 },
  ]) {
    const traffic = { clients, kilobytes }
    await compare({
      title: `Accept: ${kilobytes} kB, keep-alive clients: ${clients}`,
      total,
      rounds,
      contestants: [
        { name: 'Postern, engine noop, discarding', open: () => acceptingRig(traffic) },
        { name: 'bare node:http server, keeping nothing', open: () => bareRig(traffic) },
      ],
    })
  }
}
