import { accept, type Acceptance } from '../accept/accept.ts'
import type { Caller } from '../keys/caller.ts'
import type { Mailbox } from '../email/address.ts'
import type { Capture } from '../ports/captures.ts'
import type { Postern } from '../ports/postern.ts'
import type { Stay } from '../ports/room.ts'
import { NoRoom } from '../room.ts'
import { sends, type EngineName } from '../email/engine-name.ts'
import { enginesOf } from '../settings/settings.ts'

export type Released =
  | Acceptance
  | { readonly kind: 'unknown' }
  /** Nothing may really be sent from here, or no engine that sends was named. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Sends a captured email after all, to the one recipient that a person chose: as a new email,
 * byte for byte what was captured but for its Message-ID. Its original recipients get nothing.
 *
 * @throws NoRoom when there is no memory for it now
 */
export async function release(
  postern: Postern,
  captureId: string,
  wish: { readonly to: Mailbox; readonly engine?: EngineName },
  caller: Caller,
): Promise<Released> {
  const refusal = caller.capture ? keyOfCaptures : await refuse(postern, wish.engine)
  if (refusal) return { kind: 'refused', reason: refusal }
  let stay: Stay | undefined
  try {
    const found = await postern.captures.get(captureId, caller.scope, ({ size }) => {
      stay = takeRoom(postern, caller, size)
    })
    return found ? await releaseFound(postern, found, wish, caller) : { kind: 'unknown' }
  } finally {
    stay?.leave()
  }
}

/** For the bytes of a capture, as base64. */
function takeRoom({ room }: Postern, { owner }: Caller, bytes: number): Stay {
  const stay = room.enter(owner, Math.ceil(bytes / 3) * 4)
  if (!stay) throw new NoRoom('no room for a capture')
  return stay
}

async function releaseFound(
  postern: Postern,
  { capture, eml }: { capture: Capture; eml: Uint8Array },
  wish: { readonly to: Mailbox; readonly engine?: EngineName },
  caller: Caller,
): Promise<Acceptance> {
  const original = await postern.emails.get(capture.emailId, caller.scope)
  const request = {
    from: original?.from ?? { address: capture.from },
    to: [wish.to],
    cc: [],
    bcc: [],
    replyTo: original?.replyTo ?? [],
    tags: [],
    subject: capture.subject,
    stream: original?.stream,
    content: { kind: 'raw', mime: Buffer.from(eml).toString('base64') } as const,
  }
  return accept(postern, () => ({ request }), caller, { engine: wish.engine })
}

/** Such a key is given where no one must be reached. */
const keyOfCaptures = 'what this API key sends is always captured: release it with another key'

async function refuse({ inForce }: Postern, engine?: EngineName): Promise<string | undefined> {
  const { settings } = await inForce.current()
  const lock = inForce.locks['engine']
  if (lock === 'noop' || lock === 'disabled')
    return `the engine is locked to "${lock}" here: nothing can be sent`
  if (engine && !sends(engine)) return `the engine "${engine}" does not send`
  if (engine && lock !== undefined && !enginesOf(settings).includes(engine))
    return `the engine is locked to "${enginesOf(settings).join(', ')}" here`
  if (!engine && enginesOf(settings).includes('noop'))
    return 'the engine is "noop": name an engine that sends'
  return undefined
}
