import { accept } from './accept.ts'
import { endToEnd } from './end-to-end.ts'
import { Interruption } from './interruption.ts'
import { lists } from './lists.ts'
import { start } from './start.ts'

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start,
  accept,
  'end-to-end': endToEnd,
  lists,
}

process.exitCode = await main(process.argv.slice(2))

async function main(wanted: readonly string[]): Promise<number> {
  if (wanted.length === 0 || wanted.some((name) => !(name in benches))) {
    console.error(`npm run bench NAME...   with NAME one of: ${Object.keys(benches).join(', ')}`)
    return 2
  }
  try {
    for (const name of wanted) await benches[name]!()
    return 0
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    console.error(error.message)
    return 130
  }
}
