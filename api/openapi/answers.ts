import type * as z from 'zod'
import type * as audit from './own-audit.ts'
import type * as captures from './capture-shapes.ts'
import type * as erasures from './erasure-shapes.ts'
import type * as events from './event-shapes.ts'
import type * as feedback from './feedback-shapes.ts'
import type * as shapes from './own-shapes.ts'
import type * as settings from './settings-shapes.ts'
import type * as state from './state-shapes.ts'
import type * as suppressions from './suppression-shapes.ts'
import type * as templates from './template-shapes.ts'
import type * as webhooks from './webhook-shapes.ts'

/*
 * The answers of `/v1`, as the document describes them: what makes them returns these types, and
 * the command line and the console read these types. They cost nothing when run.
 */

export interface List<Item> {
  readonly data: readonly Item[]
  readonly has_more: boolean
}

export type EmailSummary = AnswerOf<typeof shapes.emailSummary>
export type EmailDetail = AnswerOf<typeof shapes.emailDetail>
export type TimelineEntry = EmailDetail['timeline'][number]
export type TestEmail = AnswerOf<typeof shapes.testEmail>
export type QueueDepth = AnswerOf<typeof shapes.queueDepth>
export type QueueView = AnswerOf<typeof shapes.queueView>
export type PausedLanes = AnswerOf<typeof shapes.pausedLanes>
export type PausedLane = AnswerOf<typeof shapes.pausedLane>
export type SenderItem = AnswerOf<typeof shapes.senderItem>
export type DeadLetter = AnswerOf<typeof shapes.deadLetter>
export type Redriven = AnswerOf<typeof shapes.redriven>
export type KeyItem = AnswerOf<typeof shapes.keyItem>

export type CaptureSummary = AnswerOf<typeof captures.captureSummary>
export type CaptureList = AnswerOf<typeof captures.captureList>
export type CaptureChecks = AnswerOf<typeof captures.captureChecks>
export type CaptureDetail = AnswerOf<typeof captures.captureDetail>
export type CapturedEmail = AnswerOf<typeof captures.capturedEmail>
/** What a capture says when it is taken apart. */
export type CaptureView = Omit<CaptureDetail, keyof CaptureSummary>

export type SuppressionSummary = AnswerOf<typeof suppressions.suppressionSummary>
export type SuppressionDetail = AnswerOf<typeof suppressions.suppressionDetail>
export type TemplateSummary = AnswerOf<typeof templates.templateSummary>
export type TemplateDetail = AnswerOf<typeof templates.templateDetail>
export type TemplateVersionItem = AnswerOf<typeof templates.templateVersion>
export type TemplatePreview = AnswerOf<typeof templates.templatePreview>
export type WebhookEvent = AnswerOf<typeof webhooks.webhookEvent>
export type WebhookAttempt = AnswerOf<typeof webhooks.webhookAttempt>
export type WebhookSummary = AnswerOf<typeof webhooks.webhookSummary>
export type Imported = AnswerOf<typeof suppressions.imported>
export type ReturnedTaken = AnswerOf<typeof feedback.returnedTaken>
export type StrayItem = AnswerOf<typeof feedback.strayItem>

export type ErasureItem = AnswerOf<typeof erasures.erasureItem>
export type AuditItem = AnswerOf<typeof audit.auditItem>

export type EventItem = AnswerOf<typeof events.eventItem>
export type EventPage = AnswerOf<typeof events.eventPage>
export type EmailEvents = AnswerOf<typeof events.emailEvents>

export type SettingsView = AnswerOf<typeof settings.settingsView>
export type Verdict = AnswerOf<typeof settings.verdict>
export type SettingsSchema = AnswerOf<typeof settings.settingsSchema>

export type Health = AnswerOf<typeof state.health>
export type Stats = AnswerOf<typeof state.stats>
export type ProjectItem = AnswerOf<typeof state.projectItem>
export type Examined = AnswerOf<typeof state.examined>
export type SignedIn = AnswerOf<typeof state.signedIn>

type AnswerOf<Shape extends z.ZodType> = ReadOnly<z.output<Shape>>

type ReadOnly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: ReadOnly<Value[Key]> }
  : Value
