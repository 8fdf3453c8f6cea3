import process from 'node:process'

/*
 * Node loads this before Postern: from `POSTERN_HURRIED_SINCE` on, in milliseconds since 1970, time
 * passes ten times as fast. A process that is killed and started again goes on in the same time, and
 * leases and waits, which are all asked of `mail/clock.ts`, end in a tenth of theirs.
 */
const times = 10
const since = Number(process.env['POSTERN_HURRIED_SINCE'])
const { now } = Date
const { setTimeout: wait } = globalThis

Date.now = () => Math.floor(since + (now() - since) * times)
globalThis.setTimeout = ((call: () => void, ms = 0) => wait(call, ms / times)) as typeof wait
