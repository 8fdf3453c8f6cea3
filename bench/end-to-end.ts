import { compare, type Contestant } from './compare.ts'
import { poolRig, postfixRig, sourceRig } from './peers.ts'
import { postfixMissing } from './postfix.ts'
import { deliveringRig, type Traffic } from './rig.ts'

/** So many that a round takes seconds: fewer where each takes longer. */
const trials: readonly (Traffic & { readonly total: number })[] = [
  { kilobytes: 4, clients: 10, total: 8_000 },
  { kilobytes: 4, clients: 1, total: 2_000 },
  { kilobytes: 100, clients: 10, total: 1_400 },
  { kilobytes: 100, clients: 1, total: 400 },
]

/**
 * From `POST /emails` until an SMTP server has the email, compared with what others do with the same
 * sink on the same machine in turns.
 */
export async function endToEnd(rounds: number): Promise<void> {
  const missing = postfixMissing()
  for (const { total, ...traffic } of trials) {
    const { kilobytes, clients } = traffic
    const title = `End to end: ${kilobytes} kB, keep-alive clients: ${clients}`
    const contestants = contestantsFor(traffic, missing === undefined)
    await compare({ title, total, rounds, contestants })
  }
  if (missing !== undefined)
    console.log(`\nPostfix and smtp-source are not in the tables: ${missing}.`)
}

function contestantsFor(traffic: Traffic, withPostfix: boolean): Contestant[] {
  return [
    { name: 'Postern', open: () => deliveringRig(traffic) },
    ...(withPostfix
      ? [
          { name: 'Postfix, fed by smtp-source', open: () => postfixRig(traffic) },
          { name: 'smtp-source straight to the sink', open: () => sourceRig(traffic) },
        ]
      : []),
    { name: 'nodemailer pool, composing', open: () => poolRig(traffic, true) },
    { name: 'nodemailer pool, ready bytes', open: () => poolRig(traffic, false) },
  ]
}
