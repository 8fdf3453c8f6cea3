import { accept } from './accept.ts'
import { endToEnd } from './end-to-end.ts'
import { start } from './start.ts'

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start,
  accept,
  'end-to-end': endToEnd,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0 || wanted.length === 0) {
  console.error(`npm run bench -- NAME...   with NAME one of: ${Object.keys(benches).join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of wanted) await benches[name]!()
}
