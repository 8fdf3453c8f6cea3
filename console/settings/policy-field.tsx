import { useEffect, useState } from 'preact/hooks'
import { request } from '../data/request.ts'
import { TextField } from '../parts/text-field.tsx'
import { documentOf, edit, type Draft } from './draft.ts'
import type { Setting } from './form-schema.ts'
import { inForm } from './in-form.ts'
import { textOf } from './layers.ts'
import { OriginMark } from './setting-field.tsx'

interface PolicyFieldProps {
  readonly setting: Setting
  readonly draft: Draft
  readonly fault?: string
}

/** Who stands in From, with what each answer makes of an email. */
export function PolicyField({ setting, draft, fault }: PolicyFieldProps) {
  const stands = inForm(draft, setting)
  return (
    <>
      <fieldset class="bare" aria-describedby={fault ? 'policy-fault' : undefined}>
        <legend class="field-head">
          <span>Who stands in From</span>
          <OriginMark path="fromPolicy" stands={stands} draft={draft} />
        </legend>
        {fault && (
          <p class="fault" id="policy-fault">
            {fault}
          </p>
        )}
        {(setting.schema.enum ?? []).map(textOf).map((name) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="fromPolicy"
              value={name}
              disabled={stands.origin === 'locked'}
              checked={stands.value === name}
              onChange={() => edit('fromPolicy', name, stands.below)}
            />
            <span>
              <b>{titles[name] ?? name}</b>
              <span class="soft">{meanings[name]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Example draft={draft} />
    </>
  )
}

const titles: Readonly<Record<string, string>> = {
  caller: 'The caller',
  onBehalf: 'The caller, sent on behalf of',
  default: 'The default sender alone',
}

const meanings: Readonly<Record<string, string>> = {
  caller: 'From and the envelope are as the application gave them.',
  onBehalf: 'From is the caller; the default sender stands in Sender and gets the bounces.',
  default: 'The default sender stands in From and the envelope; replies go to the caller.',
}

interface Preview {
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly envelope: { readonly from: string }
}

/** Long enough that a word is typed to its end, in milliseconds. */
const pauseMs = 250

/** The headers that an email would really get, as Postern itself works them out. */
function Example({ draft }: { readonly draft: Draft }) {
  const [from, setFrom] = useState('Ann Example <ann@customer.example>')
  const [preview, setPreview] = useState<Preview>()
  const [fault, setFault] = useState<string>()
  const question = JSON.stringify({ settings: documentOf(draft), from: from || undefined })
  useEffect(() => {
    const stop = new AbortController()
    const timer = setTimeout(() => {
      const body: unknown = JSON.parse(question)
      request<Preview>('POST', '/v1/settings/preview', body, { signal: stop.signal }).then(
        (next) => {
          setPreview(next)
          setFault(undefined)
        },
        (error: Error) => !stop.signal.aborted && setFault(error.message),
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [question])
  return (
    <div class="example">
      <TextField
        label="Example: an application sends as"
        rule="Empty: it names no sender"
        value={from}
        onInput={setFrom}
      />
      <div aria-live="polite" class="result">
        {fault ? (
          <p class="fault">{fault}</p>
        ) : (
          preview && (
            <dl class="headers">
              {preview.headers.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
              <div>
                <dt>MAIL FROM</dt>
                <dd>{preview.envelope.from}</dd>
              </div>
            </dl>
          )
        )}
      </div>
    </div>
  )
}
