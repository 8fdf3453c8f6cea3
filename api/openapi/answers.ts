import type * as z from 'zod'
import type * as captures from './capture-shapes.ts'
import type * as shapes from './own-shapes.ts'
import type * as settings from './settings-shapes.ts'
import type * as state from './state-shapes.ts'

/*
 * The answers of `/v1`, as the document describes them: what makes them returns these types, and
 * the command line and the console read these types. They cost nothing when run.
 */

export interface List<Item> {
  readonly data: readonly Item[]
  readonly has_more: boolean
}

export type EmailSummary = Answer<typeof shapes.emailSummary>
export type EmailDetail = Answer<typeof shapes.emailDetail>
export type TimelineEntry = EmailDetail['timeline'][number]
export type TestEmail = Answer<typeof shapes.testEmail>
export type QueueDepth = Answer<typeof shapes.queueDepth>
export type DeadLetter = Answer<typeof shapes.deadLetter>
export type Redriven = Answer<typeof shapes.redriven>
export type KeyItem = Answer<typeof shapes.keyItem>

export type CaptureSummary = Answer<typeof captures.captureSummary>
export type CaptureList = Answer<typeof captures.captureList>
export type CaptureDetail = Answer<typeof captures.captureDetail>
export type CapturedEmail = Answer<typeof captures.capturedEmail>
/** What a capture says when it is taken apart. */
export type CaptureView = Omit<CaptureDetail, keyof CaptureSummary>

export type SettingsView = Answer<typeof settings.settingsView>
export type Verdict = Answer<typeof settings.verdict>
export type SettingsSchema = Answer<typeof settings.settingsSchema>

export type Health = Answer<typeof state.health>
export type Stats = Answer<typeof state.stats>
export type Examined = Answer<typeof state.examined>
export type SignedIn = Answer<typeof state.signedIn>

type Answer<Shape extends z.ZodType> = ReadOnly<z.output<Shape>>

type ReadOnly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: ReadOnly<Value[Key]> }
  : Value
