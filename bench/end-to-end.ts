import { compare, measure, rateOf, type Contestant } from './compare.ts'
import { poolRig, postfixRig } from './peers.ts'
import { postfixMissing } from './postfix.ts'
import { deliveringRig } from './rig.ts'
import { whole } from './statistics.ts'

const postern = 'postern'

/** How long the paced load runs, in seconds: long enough for a p99 of a thousand requests. */
const pacedSeconds = 10

/**
 * From `POST /emails` until an SMTP server has the email, beside what others do with the same
 * sink on the same machine in turns; then how long an answer takes at half of that load.
 */
export async function endToEnd(): Promise<void> {
  const missing = postfixMissing()
  const withClients = (clients: number): Contestant[] => [
    { name: postern, open: () => deliveringRig(clients) },
    ...(missing === undefined
      ? [{ name: 'postfix, smtp-source', open: () => postfixRig(clients) }]
      : []),
  ]
  await compare('end to end, 4 kB, keep-alive clients: 1', 600, withClients(1))
  const all = [...withClients(10), ...pools]
  const results = await compare('end to end, 4 kB, keep-alive clients: 10', 3_000, all)
  if (missing !== undefined) console.log(`\nPostfix is not in the tables: ${missing}`)
  await halfLoad(rateOf(results.get(postern)!) / 2)
}

const pools: readonly Contestant[] = [
  { name: 'nodemailer pool of 20, composing', open: () => poolRig(true) },
  { name: 'nodemailer pool of 20, ready bytes', open: () => poolRig(false) },
]

async function halfLoad(perSecond: number): Promise<void> {
  const total = Math.ceil(perSecond * pacedSeconds)
  const { p50, p99 } = await measure(total, () => deliveringRig(10, perSecond))
  console.log(
    `\nPOST /emails at half of that load, ${whole(perSecond)}/s for ${pacedSeconds} s: ` +
      `p50 ${p50!.toFixed(1)} ms, p99 ${p99!.toFixed(1)} ms`,
  )
}
