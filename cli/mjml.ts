import { join } from 'node:path'
import { loadInstalled, lostTags, splitHead, type Made, type Source } from './template-source.ts'

type Mjml = (text: string, options: object) => Rendered | Promise<Rendered>

interface Rendered {
  readonly html: string
  readonly errors: readonly { readonly line: number; readonly message: string }[]
}

/** MJML as html, by the `mjml` that is installed; 4 answers at once, 5 with a promise. */
export async function fromMjml(source: Source): Promise<Made> {
  const loaded = loadInstalled('mjml', source) as Mjml | { readonly default: Mjml }
  const mjml = typeof loaded === 'function' ? loaded : loaded.default
  const { head, body } = splitHead(source.text)
  const filePath = join(source.folder, source.path)
  try {
    const options = {
      filePath,
      ignoreIncludes: false,
      includePath: source.folder,
      validationLevel: 'soft',
      minify: false,
    }
    const made = await mjml(body, options)
    const html = head + made.html
    const warnings = made.errors.map(
      ({ line, message }) => `${source.path}, line ${line}: ${message}`,
    )
    return { html, faults: lostTags(source, html, cure), warnings }
  } catch (error) {
    return { html: '', faults: [`${source.path}: ${(error as Error).message}`], warnings: [] }
  }
}

const cure = 'tags between sections or columns stand in <mj-raw>'
