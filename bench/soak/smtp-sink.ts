import { answerParent } from '../child.ts'
import type { SinkEntry } from './entries.ts'
import { openLog } from './log-file.ts'
import { openSink, type Sink, type SinkOptions } from './sink-server.ts'

export type SinkOrder =
  | ({ readonly kind: 'open'; readonly log: string } & Pick<
      SinkOptions,
      'seed' | 'times' | 'delayMs'
    >)
  | { readonly kind: 'goDown'; readonly ms: number }
  | { readonly kind: 'calm' }

/** The mail server of a soak in a process of its own; its port, for every order. */
let sink: Sink

answerParent<SinkOrder, number>(async (order) => {
  if (order.kind === 'open')
    sink = await openSink({ ...order, write: openLog<SinkEntry>(order.log).add })
  if (order.kind === 'goDown') await sink.goDown(order.ms)
  if (order.kind === 'calm') sink.calm()
  return sink.port
})
