/**
 * Why an engine may not take mail:
 *
 * - `blocked`: paused, until a probe or a person shows that it works.
 * - `degraded`: takes nothing; what waits is tried by its own schedule.
 * - `unverified`: not known to take mail with these settings.
 * - `off`: switched off.
 */
export const troubleKinds = ['blocked', 'degraded', 'unverified', 'off'] as const

export type TroubleKind = (typeof troubleKinds)[number]
