import { dayMs } from './time.ts'

/**
 * In which form an endpoint is told.
 *
 * - `standard`: an event a request, in Resend's shape, signed by Standard Webhooks and as Svix does.
 * - `sendgrid`: an array of events, in SendGrid's shape, with SendGrid's signature.
 * - `slack`, `teams`: a sentence for people; their URL is the secret.
 */
export const webhookFormats = ['standard', 'sendgrid', 'slack', 'teams'] as const

export type WebhookFormat = (typeof webhookFormats)[number]

export const webhookStatuses = ['enabled', 'disabled'] as const

export type WebhookStatus = (typeof webhookStatuses)[number]

/**
 * - `waiting`: for its first or next attempt.
 * - `delivered`: the endpoint took it.
 * - `failed`: it did not, at any of the attempts.
 * - `kept`: its endpoint was disabled when its turn came, or it waited when a backup was taken.
 */
export const noticeStates = ['waiting', 'delivered', 'failed', 'kept'] as const

export type NoticeState = (typeof noticeStates)[number]

/** The same in Resend's words. */
export const noticeStatuses = ['success', 'pending', 'failed', 'attempting'] as const

export type NoticeStatus = (typeof noticeStatuses)[number]

/** So long a notice is kept unless set otherwise, and can be told again. */
export const noticeMs = 30 * dayMs

/** Most endpoints that a project has. */
export const mostWebhooks = 100

/** What the standing of an endpoint is kept under, next to those of engines. */
export function webhookStanding(id: string): string {
  return `webhook ${id}`
}

/** The endpoint that a standing is of; undefined: it is an engine's. */
export function webhookOfStanding(name: string): string | undefined {
  return name.startsWith('webhook ') ? name.slice('webhook '.length) : undefined
}
