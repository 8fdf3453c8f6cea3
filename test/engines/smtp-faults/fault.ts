import { expect } from 'vitest'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { ParcelParts } from '../../parcels.ts'
import { openSmtpRig } from '../smtp-rig.ts'
import type { RigOptions, SmtpRig } from '../smtp-rig.ts'

/** A fault of the server, and what the engine must make of it. */
export interface Fault extends RigOptions {
  /** What is sent; a small email unless said otherwise. */
  readonly parts?: ParcelParts
  /** How it is sent; once, with endless patience, unless said otherwise. */
  readonly send?: (rig: SmtpRig, parts?: ParcelParts) => Promise<Outcome>
  readonly outcome: Partial<Outcome> & Pick<Outcome, 'kind'>
  /** What else must hold. */
  readonly and?: (rig: SmtpRig, outcome: Outcome) => void | Promise<void>
}

/** Faults by `stage: fault`, as `test/data/smtp-faults.json` names them; several are variants. */
export type Faults = Readonly<Record<string, Fault | readonly Fault[]>>

/** The engine gives up when the server is silent. */
export function untilSilence(rig: SmtpRig, parts?: ParcelParts): Promise<Outcome> {
  return rig.sendUntilSilence(parts)
}

/** An email of more bytes than all buffers between here and there can hold. */
export const huge: ParcelParts = {
  bytes: Buffer.alloc(32_000_000, 'Subject: All work and no play makes Jack a dull boy.\r\n'),
}

export async function play({ parts, send, outcome, and, ...options }: Fault): Promise<void> {
  const rig = await openSmtpRig(options)
  try {
    const told = await (send ? send(rig, parts) : rig.send(parts))
    expect(told).toMatchObject(outcome)
    await and?.(rig, told)
  } finally {
    await rig.close()
  }
}
