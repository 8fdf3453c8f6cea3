import { openDatabase } from '../../../backends/local/database.ts'

/** Holds a data directory until it is killed. */
openDatabase(process.argv[2]!)
process.stdout.write('open')
setInterval(() => {}, 60_000)
