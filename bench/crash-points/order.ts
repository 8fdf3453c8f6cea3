/** A traced call: `begun` where another thread interrupted it, and once more with its result. */
interface Call {
  readonly name: string
  readonly words: string
  readonly result: string
}

/** An answer that says yes, and what must be on disk before it leaves. */
export interface Yes {
  readonly id: string
  readonly marks: readonly string[]
}

/**
 * Which answers left before what they promise was on disk: before a sync of the log that came after
 * a write with the id, and with every mark of the email, had returned.
 *
 * @param trace of strace -f -y, with strings long enough to hold a page of the database
 */
export function answeredTooSoon(trace: string, answers: readonly Yes[]): Yes[] {
  const calls = callsIn(trace)
  const syncs = calls.flatMap(({ name, words, result }, i) =>
    /^f(data)?sync$/.test(name) && words.includes('-wal>') && result === '0' ? [i] : [],
  )
  const written = calls.map(({ name, words, result }) =>
    name === 'pwrite64' && words.includes('-wal>') && Number(result) > 0 ? words : '',
  )
  const sent = calls.map(({ name, words }) =>
    /^(write|writev|sendmsg|sendto)$/.test(name) && words.includes('socket:') ? words : '',
  )
  return answers.filter(({ id, marks }) => {
    const left = sent.findIndex((words) => words.includes(id))
    const safe = [id, ...marks].every((mark) => {
      const at = written.findIndex((words) => words.includes(mark))
      return at >= 0 && syncs.some((sync) => sync > at && sync < left)
    })
    return left < 0 || !safe
  })
}

function callsIn(trace: string): Call[] {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(text)?.[1]
    if (unfinished !== undefined) begun.set(thread, unfinished)
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1]
    const whole = unfinished !== undefined ? `${unfinished}) = begun` : text
    const call = /^(\w+)\((.*)\) += (\S+)/.exec(
      rest === undefined ? whole : `${begun.get(thread) ?? ''}${rest}`,
    )
    return call ? [{ name: call[1]!, words: call[2]!, result: call[3]! }] : []
  })
}
