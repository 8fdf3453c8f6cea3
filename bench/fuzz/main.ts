import { parseArgs } from 'node:util'
import { fuzz, mostMs, type Report } from './fuzz.ts'
import { inputOf } from './inputs.ts'
import { parsers } from './parsers.ts'

const usage = `npm run fuzz -- [--minutes 10] [--seed N] [--parser NAME] [--number N]

Gives hostile inputs of up to a megabyte to everything that reads what strangers write. None may take
more than ${mostMs} ms of one thread, and none may throw what is no refusal.

--minutes  for all parsers together
--seed     which inputs; printed, another one each time unless given
--parser   only one of: ${Object.keys(parsers).join(', ')}
--number   prints this one input of the seed, as a JSON string`

async function main() {
  const { minutes, seed, parser, number } = options()
  if (number !== undefined && parser !== undefined) {
    process.stdout.write(`${JSON.stringify(inputOf(parsers[parser]!.pieces, seed, number))}\n`)
    return
  }
  console.log(`seed ${seed}`)
  const names = parser === undefined ? Object.keys(parsers) : [parser]
  const ms = (minutes * 60_000) / names.length
  let faults = 0
  for (const name of names) {
    const report = await fuzz({ parser: name, seed, from: 0, ms })
    console.log(wordsOf(report))
    faults += report.faults.length
  }
  if (faults > 0) process.exitCode = 1
}

function options() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
      parser: { type: 'string' },
      number: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const { parser } = values
  if (values.help || (parser !== undefined && !(parser in parsers))) {
    console.log(usage)
    process.exit(values.help ? 0 : 2)
  }
  const number = values.number === undefined ? undefined : Number(values.number)
  return { minutes: Number(values.minutes), seed: Number(values.seed), parser, number }
}

function wordsOf({ parser, tried, slowest, faults }: Report): string {
  const worst = slowest ? `, slowest ${Math.round(slowest.ms)} ms (number ${slowest.n})` : ''
  return [
    `${parser}: ${tried} inputs${worst}`,
    ...faults.slice(0, 5).map((one) => `  ${one}`),
  ].join('\n')
}

await main()
