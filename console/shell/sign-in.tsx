import { useState } from 'preact/hooks'
import { leave, signIn } from '../data/session.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Mark } from '../parts/icon.tsx'
import { TextField } from '../parts/text-field.tsx'

/** The page without a session. Where the user wanted to go stays in the address. */
export function SignInPage() {
  return (
    <main class="sign-in">
      <div class="card">
        <Mark />
        <h1>Sign in to Postern</h1>
        <p class="soft">Use an API key with full access.</p>
        <KeyForm />
      </div>
      <p class="soft">
        No key? Anyone who has one can create another here, under Keys. If there is none, the
        operator makes one: in AWS with <code>postern --stack &lt;name&gt; keys create me</code>; on
        one machine, with Postern stopped, with{' '}
        <code>postern keys create me --data &lt;directory&gt;</code>.
      </p>
    </main>
  )
}

/** Over whatever is on the screen, when the session ended in the middle of work. */
export function SignInDialog() {
  return (
    <Dialog title="Sign in again">
      <p>Your session has ended. Everything you typed is still here.</p>
      <KeyForm />
      <Button kind="plain" onClick={leave}>
        Leave without signing in
      </Button>
    </Dialog>
  )
}

function KeyForm() {
  const [key, setKey] = useState('')
  const [fault, setFault] = useState<string>()
  const [submit, busy] = useDeed(async () => {
    if (key.trim() === '') return setFault('Enter an API key.')
    setFault(undefined)
    await signIn(key.trim()).catch((error: Error) => setFault(error.message))
  })
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField
        label="API key"
        fault={fault}
        rule="Starts with re_"
        type="password"
        autocomplete="current-password"
        autofocus
        value={key}
        onInput={setKey}
      />
      <Button type="submit" kind="primary" busy={busy}>
        Sign in
      </Button>
    </form>
  )
}
