import type { Answered } from '../../api/answered.ts'
import type { HostFacts } from '../../mail/doctor/facts.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Fleet } from '../../mail/ports/fleet.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Receipt } from '../../mail/report/receive.ts'
import type { Log } from '../log.ts'

/** What counts on one machine: stands at the seams, and changes nothing there. */
export interface Meter {
  backend<Ports extends Backend>(ports: Ports): Ports
  fleet(fleet: Fleet): Fleet
  log(log: Log): Log
  received(receipt: Receipt): Receipt
  readonly answered?: (answered: Answered) => void
  /** Answers what `/metrics` is; undefined where nothing is counted. */
  page?(postern: Postern, hostFacts: () => Promise<HostFacts>): () => Promise<Response>
}

/** Where no one asks for metrics nothing is in the way of an email. */
export const noMeter: Meter = {
  backend: (ports) => ports,
  fleet: (fleet) => fleet,
  log: (log) => log,
  received: (receipt) => receipt,
}
