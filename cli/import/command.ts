import type { SavedSettings } from '../../mail/settings/layers.ts'
import { plainJson, plainLine } from '../plain-text.ts'
import { type Page, table } from '../table.ts'
import type { Imported } from './imported.ts'
import { importSettings } from './index.ts'

export interface ImportOptions {
  readonly from: string
  /** Without it nothing is saved. */
  readonly apply?: boolean
  readonly json?: boolean
}

/** What the import needs from outside. */
interface ImportSurroundings {
  /** Reads what there is to import; a Failure of it is passed on. */
  readonly read: () => Promise<string>
  /** Asks for secrets that the file does not have. */
  readonly ask: () => Promise<Readonly<Record<string, string>>>
  readonly print: (text: string) => void
  readonly page: Page
  /**
   * Saves both together, or throws. Each section that was imported takes the place of the whole
   * saved one: half a server from here and half from there would be neither.
   */
  readonly save: (
    settings: SavedSettings,
    secrets: Readonly<Record<string, string>>,
  ) => Promise<void>
}

/**
 * `postern settings import FILE --from SYSTEM`: shows what would become of another system's mail
 * settings, and with `--apply` saves it. Secrets are saved but never shown.
 *
 * @throws Failure for a file that is not what `from` says, and whatever `read` and `save` throw
 */
export async function importCommand(
  { from, apply = false, json = false }: ImportOptions,
  { read, ask, print, page, save }: ImportSurroundings,
): Promise<void> {
  const imported = importSettings(from, await read())
  if (!json) print(report(imported, page))
  if (apply) await save(imported.settings, { ...imported.secrets, ...(await ask()) })
  if (json)
    print(plainJson({ ...imported, secrets: Object.keys(imported.secrets), applied: apply }))
  else print(apply ? '\nSaved.' : '\nNothing was saved: repeat this with --apply.')
}

/** What was found, as a person reads it: what is carried over, then what needs a look. */
function report({ understood, wrong, notCarried }: Imported, page: Page): string {
  const carried = understood.map(({ key, setting, value }) => [setting, value ?? '(secret)', key])
  const sections = [
    understood.length > 0
      ? table(['setting', 'value', 'from'], carried, page)
      : 'No setting came of it.',
    ...(wrong.length > 0
      ? [`Wrong there, and what is done about it:\n${lines(wrong.map(ofWrong))}`]
      : []),
    ...(notCarried.length > 0 ? [`Not carried over:\n${lines(notCarried.map(ofRest))}`] : []),
  ]
  return sections.join('\n\n')
}

const ofWrong = ({ key, what, cure }: Imported['wrong'][number]) => `${key}: ${what} -> ${cure}`

const ofRest = ({ key, why }: Imported['notCarried'][number]) => `${key}: ${why}`

function lines(texts: readonly string[]): string {
  return texts.map((text) => `  ${plainLine(text)}`).join('\n')
}
