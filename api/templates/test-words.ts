import type { TestWords } from '../../mail/doctor/test-email.ts'
import { isPlainObject, type SavedSettings } from '../../mail/settings/layers.ts'
import type { Template } from '../../mail/template/template.ts'
import { invalid } from '../http/errors.ts'
import { renderFaults } from './render-faults.ts'
import type { FindTemplate, FolderTemplates } from './find.ts'

/** Finds the template of test emails. */
export type FindTest = (project: string) => Promise<Template | undefined>

/** The user's own `test`, or else that of the starter set. */
export function testFinder(find: FindTemplate, starters: FolderTemplates | undefined): FindTest {
  return async (project) => {
    const found = await find('test', project)
    return 'template' in found ? found.template : (await starters?.())?.get('test')
  }
}

/**
 * What a test email with these settings says. What the template wants besides `product` and
 * `engine`, its samples have.
 *
 * @throws Refusal 422 when it cannot be rendered
 */
export function testWords(
  template: Template,
  { engine, from }: SavedSettings,
  locale?: string,
): TestWords {
  const { name, version, samples } = template.source
  const product = (isPlainObject(from) && from['name']) || 'Postern'
  const variables = { ...samples, product, engine: [engine].flat().join(', ') }
  const made = template.render({ variables, locale })
  if ('faults' in made) {
    const faults = renderFaults(made, { field: 'template', variables: 'template.variables' })
    throw invalid(faults.map(({ field, rule }) => ({ path: field, rule })))
  }
  const { locale: used, ...words } = made.rendered
  return { ...words, template: { name, version, locale: used } }
}
