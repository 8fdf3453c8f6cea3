import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'

/** A log that is only added to, one JSON line an entry: written when `add` returns. */
export interface LogFile<Entry> {
  readonly add: (entry: Entry) => void
  readonly close: () => void
}

export function openLog<Entry>(path: string): LogFile<Entry> {
  appendFileSync(path, '')
  const descriptor = openSync(path, 'a')
  return {
    add: (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(descriptor),
  }
}

export function readLog<Entry>(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry)
}
