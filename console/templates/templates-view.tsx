import { useStore } from '../data/store.ts'
import { place } from '../shell/place.ts'
import { TemplateList } from './template-list.tsx'
import { TemplatePage } from './template-page.tsx'

/** What emails are made from: files, and what the API keeps. */
export function TemplatesView() {
  const [id] = useStore(place).rest
  return id === undefined ? <TemplateList /> : <TemplatePage key={id} id={id} />
}
