import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join } from 'node:path'
import { bundlePath, mapsPath } from './build.ts'

/** A place in a bundle, as stacks in the logs of a function name it. */
const place = /(?:file:\/\/)?\/var\/task\/(\S+\.mjs):(\d+):(\d+)/g

/** The text with every place of the function's bundle as the place in the sources. */
export function originsIn(text: string, maps: string): string {
  return text.replace(place, (found, file: string, line: string, column: string) => {
    const map = readFileSync(join(maps, `${file}.map`), 'utf8')
    const origin = new SourceMap(JSON.parse(map) as SourceMapPayload).findOrigin(+line, +column)
    return 'fileName' in origin ? sourceOf(origin) : found
  })
}

function sourceOf({ fileName, lineNumber, columnNumber }: SourceOrigin): string {
  return `${fileName.replace(/^(\.\.\/)+/, '')}:${lineNumber}:${columnNumber}`
}

interface SourceOrigin {
  readonly fileName: string
  readonly lineNumber: number
  readonly columnNumber: number
}

// npm run origin -- send < lines-of-the-log
if (import.meta.main) {
  const maps = mapsPath(bundlePath(process.argv[2] ?? 'send'))
  process.stdout.write(originsIn(readFileSync(0, 'utf8'), maps))
}
