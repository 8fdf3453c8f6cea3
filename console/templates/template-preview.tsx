import { useEffect, useState } from 'preact/hooks'
import type {
  TemplateDetail,
  TemplatePreview as Preview,
  TemplateVersionItem,
} from '../data/answers.ts'
import { request } from '../data/request.ts'
import { Field } from '../parts/field.tsx'
import { HtmlFrame } from '../parts/html-frame.tsx'
import { Notice, Skeleton } from '../parts/notice.tsx'
import { variablesIn, type Showing } from './showing.ts'

interface TemplatePreviewProps {
  readonly of: TemplateDetail
  readonly versions: readonly TemplateVersionItem[]
  readonly showing: Showing
  readonly onShow: (showing: Showing) => void
}

/** What an email would say, in a language, with samples or with values that are typed. */
export function TemplatePreview({ of, versions, showing, onShow }: TemplatePreviewProps) {
  const { preview, fault, shown = showing } = usePreview(of, showing)
  return (
    <section class="card" aria-label="Preview">
      <Choices of={of} versions={versions} showing={showing} onShow={onShow} fault={fault} />
      {!preview && !fault && <Skeleton lines={6} />}
      {preview && <Shown of={of} showing={shown} preview={preview} />}
    </section>
  )
}

/** With what it is of: until the next one is there, the frame may not ask for what may be refused. */
function usePreview({ id, revision, version }: TemplateDetail, showing: Showing) {
  const [state, setState] = useState<{ preview?: Preview; fault?: string; shown?: Showing }>({})
  useEffect(() => {
    let isLate = false
    const show = async () => {
      const body = { ...wishOf(showing), variables: variablesIn(showing) }
      return request<Preview>('POST', `/v1/templates/${id}/preview`, body)
    }
    show().then(
      (preview) => !isLate && setState({ preview, shown: showing }),
      (error: Error) => !isLate && setState({ fault: error.message }),
    )
    return () => void (isLate = true)
  }, [id, revision, version, showing])
  return state
}

function wishOf({ locale, version }: Showing) {
  return { locale: locale || undefined, version: version || undefined }
}

function Choices({
  of,
  versions,
  showing,
  onShow,
  fault,
}: TemplatePreviewProps & { fault?: string | undefined }) {
  const samples = JSON.stringify(of.contents?.samples ?? {}, null, 2)
  return (
    <div class="fields">
      <Field label="Language">
        {(ties) => (
          <select
            {...ties}
            value={showing.locale}
            onChange={(event) => onShow({ ...showing, locale: event.currentTarget.value })}
          >
            {of.locales.map((locale) => (
              <option key={locale}>{locale}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Version">
        {(ties) => (
          <select
            {...ties}
            value={showing.version}
            onChange={(event) => onShow({ ...showing, version: event.currentTarget.value })}
          >
            {of.source === 'api' && <option value="">Draft</option>}
            {versions.map(({ version, is_current: isCurrent }) => (
              <option key={version} value={version}>
                {isCurrent ? `${version}, in force` : version}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Values" rule="JSON, before the samples" fault={fault} wide>
        {(ties) => (
          <textarea
            {...ties}
            rows={4}
            spellcheck={false}
            placeholder={samples}
            value={showing.variables}
            onChange={(event) => onShow({ ...showing, variables: event.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  )
}

interface ShownProps {
  readonly of: TemplateDetail
  readonly showing: Showing
  readonly preview: Preview
}

function Shown({ of, showing, preview }: ShownProps) {
  const { subject, html, text, faults, warnings } = preview
  if (faults.length > 0)
    return (
      <Notice tone="bad" title="An email would be refused">
        <Faults all={faults} />
      </Notice>
    )
  const query = { ...wishOf(showing), variables: showing.variables || undefined }
  return (
    <>
      {warnings.length > 0 && (
        <Notice tone="warn" title="Emails are sent all the same">
          <Faults all={warnings} />
        </Notice>
      )}
      <h2>{subject}</h2>
      {html === null ? (
        <pre class="plain">{text}</pre>
      ) : (
        <>
          <HtmlFrame
            path={`/v1/templates/${of.id}/preview/html`}
            query={query}
            subject={subject ?? ''}
            html={html}
          />
          <details>
            <summary>Text part</summary>
            <pre class="plain">{text}</pre>
          </details>
        </>
      )}
    </>
  )
}

function Faults({ all }: { readonly all: Preview['faults'] }) {
  return (
    <ul>
      {all.map(({ path, line, rule }) => (
        <li key={`${path} ${line} ${rule}`}>
          {path}, line {line}: {rule}
        </li>
      ))}
    </ul>
  )
}
