import { createInterface } from 'node:readline/promises'
import { exitCodes, Failure } from '../machine/failure.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks a person before what cannot be undone; a program that runs the command meant it.
 *
 * @throws Failure unless the answer is yes
 */
export async function confirm(question: string, { input, remark }: Terminal): Promise<void> {
  if (!input.isTTY) return
  const reader = createInterface({ input })
  const gone = new AbortController()
  reader.once('close', () => gone.abort())
  remark(`${question} [y/N] `)
  const answer = await reader.question('', { signal: gone.signal }).catch(() => '')
  reader.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(exitCodes.no, 'nothing was removed')
}
