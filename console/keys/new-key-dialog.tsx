import { useState } from 'preact/hooks'
import { request } from '../data/request.ts'
import { signIn } from '../data/session.ts'
import { Button } from '../parts/button.tsx'
import { Copy } from '../parts/copy.tsx'
import { useDeed } from '../parts/deed.ts'
import { Dialog } from '../parts/dialog.tsx'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { NameField } from './name-field.tsx'

interface NewKeyDialogProps {
  /** From then on keys are needed, here too. */
  readonly isFirst: boolean
  readonly onMade: () => void
  readonly onClose: () => void
}

/** Makes a key and shows it the only time. */
export function NewKeyDialog({ isFirst, onMade, onClose }: NewKeyDialogProps) {
  const [wish, setWish] = useState<Wish>({
    name: '',
    may: 'full_access',
    domain: '',
    capture: false,
  })
  const [token, setToken] = useState<string>()
  const [faults, setFaults] = useState<Faults>({})
  const [submit, busy] = useDeed(async () => {
    try {
      const made = await request<{ token: string }>('POST', '/api-keys', bodyOf(wish))
      // The page goes on under the key that has just ended open access.
      if (isFirst) await signIn(made.token)
      setToken(made.token)
      onMade()
    } catch (error) {
      setFaults(faultsOf(error))
    }
  })
  if (token !== undefined) return <TokenDialog token={token} onClose={onClose} />
  return (
    <Dialog title="New key" onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {isFirst && (
          <Notice tone="warn" title="The first key ends open access">
            <p>Every application that sends through this Postern needs a key from then on.</p>
          </Notice>
        )}
        {faults[''] && <Notice tone="bad" title={faults['']} />}
        <WishFields wish={wish} faults={faults} onChange={setWish} />
        <div class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Make key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface Wish {
  readonly name: string
  readonly may: 'full_access' | 'sending_access'
  readonly domain: string
  readonly capture: boolean
}

function bodyOf({ name, may, domain, capture }: Wish) {
  return {
    name,
    permission: may,
    capture,
    ...(may === 'sending_access' && domain.trim() !== '' && { domain: domain.trim() }),
  }
}

interface WishFieldsProps {
  readonly wish: Wish
  readonly faults: Faults
  readonly onChange: (wish: Wish) => void
}

function WishFields({ wish, faults, onChange }: WishFieldsProps) {
  return (
    <>
      <NameField
        value={wish.name}
        fault={faults['name']}
        onChange={(name) => onChange({ ...wish, name })}
      />
      <fieldset class="bare">
        <legend>It may</legend>
        {abilities.map(([may, title, text]) => (
          <label key={may} class="choice">
            <input
              type="radio"
              name="may"
              checked={wish.may === may}
              onChange={() => onChange({ ...wish, may })}
            />
            <span>
              <b>{title}</b>
              <span class="soft">{text}</span>
            </span>
          </label>
        ))}
        {faults['permission'] && <p class="fault">{faults['permission']}</p>}
      </fieldset>
      {wish.may === 'sending_access' && (
        <Field
          label="Only from the domain"
          rule="Such as example.com. Empty: from any"
          fault={faults['domain']}
        >
          {(ties) => (
            <input
              {...ties}
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={wish.domain}
              onInput={(event) => onChange({ ...wish, domain: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={wish.capture}
          onChange={(event) => onChange({ ...wish, capture: event.currentTarget.checked })}
        />
        Its emails are only ever captured, whatever the engine is
      </label>
    </>
  )
}

const abilities = [
  ['full_access', 'Everything', 'Send, read, and change settings; sign in here.'],
  ['sending_access', 'Send only', 'For applications: it sees nothing and changes nothing.'],
] as const

function TokenDialog({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  return (
    <Dialog title="Your new key" onClose={onClose}>
      <p>Copy it now: it is not kept and cannot be shown again.</p>
      <p class="token">
        <code>{token}</code>
        <Copy text={token} label="Copy the key" />
      </p>
      <div class="actions">
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  )
}
