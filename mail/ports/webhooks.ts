import type { EventType } from '../email/event.ts'
import type { Scope } from '../email/project.ts'
import type { WebhookFormat, WebhookStatus } from '../email/webhook.ts'

/** Who is told of events: the endpoints of each project. */
export interface Webhooks {
  /** Most that a project may have. */
  readonly most: number
  create(webhook: Webhook): Promise<void>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<Webhook | undefined>
  /** All of a scope, oldest first. */
  list(scope: Scope): Promise<readonly KnownWebhook[]>
  /**
   * All there are, as they were a few seconds ago at most: asked for each event, and without any
   * endpoint that costs nothing.
   */
  known(): Promise<readonly KnownWebhook[]>
  /**
   * Writes it where its revision is still the one before; says whether it did. That it was disabled
   * by that is told as an event.
   */
  replace(webhook: Webhook): Promise<boolean>
  /** Says whether it was there. */
  remove(id: string, scope: Scope): Promise<boolean>
}

export interface Webhook {
  readonly id: string
  readonly project: string
  readonly createdAt: number
  /** Starts at 1; every change adds one. */
  readonly revision: number
  readonly url: string
  readonly events: readonly EventType[]
  /** Only emails with all of these tags. */
  readonly tags?: Readonly<Record<string, string>>
  /** Only emails from one of these domains. */
  readonly domains?: readonly string[]
  readonly format: WebhookFormat
  readonly status: WebhookStatus
  /** Since when it is disabled. Absent where that was before this was written down. */
  readonly disabledAt?: number
  /** Why Postern disabled it; absent when a person did. */
  readonly disabledReason?: string
  /** Newest first: the first signs, and as long as they hold the others do too. */
  readonly secrets: readonly WebhookSecret[]
}

/** All but what only those need who show or use it. */
export type KnownWebhook = Omit<Webhook, 'secrets'>

export interface WebhookSecret {
  /** `whsec_` and base64, or for SendGrid's format a private key, PKCS #8 in DER and base64. */
  readonly secret: string
  /** Until when it signs too; absent for the one in force. */
  readonly until?: number
}
