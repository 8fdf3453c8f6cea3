import type { Command } from 'commander'
import { defaultProject, projectName } from '../mail/email/project.ts'
import { isPlainObject, type SavedSettings } from '../mail/settings/layers.ts'
import { nameRule, type ProjectSettings } from '../mail/settings/projects.ts'
import type { List, ProjectItem, SettingsView } from '../api/openapi/answers.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { readSettings, save } from './settings-save.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern projects`: the projects in the settings. */
export function addProjects(program: Command, terminal: Terminal) {
  const projects = program
    .command('projects')
    .description('list, add and remove projects, which keep applications apart')
    .addHelpText('after', manual)
  projects
    .command('list')
    .description('list the projects, what each has of its own, what waits and what settled')
    .action(async (_options, command: Command) => {
      const client = clientOf(command, terminal)
      const page = await client.call<List<ProjectItem>>('GET', '/v1/projects?counts=1')
      answer(command, terminal, page, listInWords)
    })
  projects
    .command('add <name>')
    .description('add a project; what it has of its own is set with postern settings set')
    .action(async (name: string, _options, command: Command) => {
      if (!projectName.test(name)) throw usage(`the name: ${nameRule()}`)
      const add = (saved: SavedSettings) => ({ ...projectsOf(saved), [name]: {} })
      const client = clientOf(command, terminal)
      if (isThere(await readSettings(client), name)) throw no(`${name} is there already`)
      await save(client, { change: (saved) => ({ ...saved, projects: add(saved) }) })
      answer(command, terminal, { name }, () => `added ${name}`)
    })
  projects
    .command('remove <name>')
    .description('remove a project of which no email waits; its keys are refused from then on')
    .action(async (name: string, _options, command: Command) => {
      const client = clientOf(command, terminal)
      refuseToRemove(await readSettings(client), name)
      await save(client, { change: (saved) => without(saved, name) })
      answer(command, terminal, { name, deleted: true }, () => `removed ${name}`)
    })
}

const manual = `
Examples:
  postern projects add shop
  postern settings set projects.shop='{"from":{"address":"orders@shop.example.com"}}'
  postern --project shop keys create web --sending
  postern --project shop emails list

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

interface Named {
  readonly projects?: unknown
}

function isThere({ settings }: Pick<SettingsView, 'settings'>, name: string): boolean {
  return name === defaultProject || Object.hasOwn(projectsOf(settings), name)
}

function refuseToRemove(view: SettingsView, name: string) {
  if (name === defaultProject) throw no('default is always there')
  if (!isThere(view, name)) throw no(`there is no ${name}`)
  const isDeployed = [view.defaults, view.locks].some((layer) =>
    Object.hasOwn(projectsOf(layer), name),
  )
  if (isDeployed) throw no(`${name} is set where Postern is deployed: it is removed there`)
}

function projectsOf({ projects }: Named): Readonly<Record<string, unknown>> {
  return isPlainObject(projects) ? projects : {}
}

function without(saved: SavedSettings, name: string): SavedSettings {
  const { [name]: _removed, ...projects } = projectsOf(saved)
  return { ...saved, projects }
}

function listInWords({ data }: List<ProjectItem>, page: Page): string {
  return table(headings, data.map(rowOf), page)
}

const headings = ['PROJECT', 'WAITING', 'HELD', 'SETTLED 24 H', 'FROM', 'SENDER DOMAINS', 'SES']

function rowOf({ name, settings, counts }: ProjectItem) {
  const { from, senderDomains, ses } = settings as ProjectSettings
  const settled = Object.values(counts?.settled ?? {}).reduce((sum, emails) => sum + emails, 0)
  return [
    name,
    counts?.queue.depth,
    counts?.queue.held,
    settled,
    from.address,
    senderDomains?.join(' '),
    [ses.configurationSet, ses.tenant].filter(Boolean).join(', '),
  ]
}

function no(words: string): Failure {
  return new Failure(exitCodes.no, words)
}
