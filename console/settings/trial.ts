import { useEffect, useState } from 'preact/hooks'
import type { EmailDetail } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { tell } from '../shell/toasts.tsx'
import type { SettingsAnswer, Verdict, Verdicts } from './answers.ts'
import { documentOf, draft as store, startOf, type Draft } from './draft.ts'

export interface TestAnswer extends EmailDetail {
  /** Why it is not sent, as far as is known. */
  readonly reason: string | null
}

/** What came of trying: at most one of each kind, until something else is tried. */
interface Tried {
  readonly verdicts?: Verdicts
  readonly test?: TestAnswer
  /** A save that an engine said no to; it may be wanted all the same. */
  readonly isUnverified?: boolean
  /** What is wrong with the recipient of a test email. */
  readonly toFault?: string
  /** What names no field. */
  readonly fault?: string
}

export interface TrialOptions {
  readonly draft: Draft
  readonly onFaults: (faults: Faults) => void
  readonly onSaved: (settings: SettingsAnswer) => void
  /** Someone else saved in the meantime: what they saved is wanted at once. */
  readonly onConflict: () => void
}

/** Tries what is in the form with the real engines, and saves it. */
export function useTrial({ draft, onFaults, onSaved, onConflict }: TrialOptions) {
  const [tried, setTried] = useState<Tried>({})
  // What was said of other values says nothing of these.
  const typed = JSON.stringify([draft.wanted, draft.secrets])
  useEffect(() => setTried({}), [typed])
  const candidate = () => ({ settings: documentOf(draft), secrets: draft.secrets })

  const attempt = async (deed: () => Promise<Tried>) => {
    onFaults({})
    setTried({})
    try {
      setTried(await deed())
    } catch (error) {
      if (isConflict(error)) onConflict()
      setTried(toldApart(error, onFaults))
    }
  }

  const [verify, isVerifying] = useDeed(() =>
    attempt(async () => {
      const { engines } = await request<Verdict>('POST', '/v1/settings/verify', candidate())
      return { verdicts: engines }
    }),
  )
  const [test, isTesting] = useDeed((to: string) =>
    attempt(async () => ({
      test: await request<TestAnswer>('POST', '/v1/test-email', {
        ...candidate(),
        ...(to !== '' && { to }),
      }),
    })),
  )
  const [save, isSaving] = useDeed((force: boolean) =>
    attempt(async () => {
      const { version } = draft.base
      const saved = await request<SettingsAnswer>('PUT', '/v1/settings', {
        ...candidate(),
        version,
        ...(force && { force }),
      })
      store.set(startOf(saved))
      onSaved(saved)
      tell('Saved. Every part of Postern uses it within 15 seconds.')
      return {}
    }),
  )
  return { tried, verify, isVerifying, test, isTesting, save, isSaving }
}

function toldApart(error: unknown, onFaults: (faults: Faults) => void): Tried {
  if (isConflict(error))
    return { fault: 'Someone else saved in the meantime. Nothing was overwritten.' }
  const [no] = error instanceof ApiRefusal ? error.faults.filter(({ engine }) => engine) : []
  if (no?.engine)
    return { verdicts: { [no.engine]: { valid: false, reason: no.rule } }, isUnverified: true }
  const faults = faultsOf(error)
  onFaults(faults)
  if (faults['to']) return { toFault: faults['to'] }
  return { fault: faults[''] ?? 'Some fields are not valid: nothing was saved.' }
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 409
}
