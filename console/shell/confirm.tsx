import { createStore, useStore } from '../data/store.ts'
import { Dialog } from '../parts/dialog.tsx'

interface Question {
  readonly title: string
  readonly text: string
  /** What the button says: the deed, not "OK". */
  readonly deed: string
  readonly tone?: 'danger'
}

const asked = createStore<(Question & { answer: (yes: boolean) => void }) | undefined>(undefined)

/** Asks before something that cannot be taken back. */
export function confirm(question: Question): Promise<boolean> {
  asked.get()?.answer(false)
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.set(undefined)
      resolve(yes)
    }
    asked.set({ ...question, answer })
  })
}

/** Where `confirm` asks. */
export function ConfirmHost() {
  const question = useStore(asked)
  if (!question) return null
  const { title, text, deed, tone, answer } = question
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p>{text}</p>
      <div class="actions">
        <button class="button" onClick={() => answer(false)}>
          Cancel
        </button>
        <button class={`button ${tone ?? 'primary'}`} onClick={() => answer(true)}>
          {deed}
        </button>
      </div>
    </Dialog>
  )
}
