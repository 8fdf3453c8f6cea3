import type { Command } from 'commander'
import { defaultProject, projectName } from '../mail/email/project.ts'
import { isPlainObject, type SavedSettings } from '../mail/settings/layers.ts'
import { nameRule } from '../mail/settings/projects.ts'
import type { Settings } from '../mail/settings/settings.ts'
import type { SettingsView } from '../api/openapi/answers.ts'
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
    .description('list the projects and what each has of its own')
    .action(async (_options, command: Command) => {
      const all = projectsIn(await readSettings(clientOf(command, terminal)))
      answer(command, terminal, all, listInWords)
    })
  projects
    .command('add <name>')
    .description('add a project; what it has of its own is set with postern settings set')
    .action(async (name: string, _options, command: Command) => {
      if (!projectName.test(name)) throw usage(`the name: ${nameRule()}`)
      const add = (saved: SavedSettings) => ({ ...projectsOf(saved), [name]: {} })
      const client = clientOf(command, terminal)
      if (name in projectsIn(await readSettings(client))) throw no(`${name} is there already`)
      await save(client, { change: (saved) => ({ ...saved, projects: add(saved) }) })
      answer(command, terminal, { name }, () => `added ${name}`)
    })
  projects
    .command('remove <name>')
    .description('remove a project of which no email waits; its keys are refused from then on')
    .action(async (name: string, _options, command: Command) => {
      const client = clientOf(command, terminal)
      if (name === defaultProject || !(name in projectsIn(await readSettings(client))))
        throw no(name === defaultProject ? 'default is always there' : `there is no ${name}`)
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

type Projects = Settings['projects']

function projectsIn({ settings }: SettingsView): Projects {
  const { projects } = settings as Pick<Settings, 'projects'>
  return { [defaultProject]: noneOfItsOwn, ...projects }
}

const noneOfItsOwn: Projects[string] = {
  from: { address: null, name: null },
  senderDomains: null,
  stream: null,
  ses: { configurationSet: null, tenant: null },
}

function projectsOf({ projects }: SavedSettings): Readonly<Record<string, unknown>> {
  return isPlainObject(projects) ? projects : {}
}

function without(saved: SavedSettings, name: string): SavedSettings {
  const { [name]: _removed, ...projects } = projectsOf(saved)
  return { ...saved, projects }
}

function listInWords(projects: Projects, page: Page): string {
  const rows = Object.entries(projects).map(([name, { from, senderDomains, ses }]) => [
    name,
    from.address ?? '',
    senderDomains?.join(' ') ?? '',
    [ses.configurationSet, ses.tenant].filter(Boolean).join(', '),
  ])
  return table(['PROJECT', 'FROM', 'SENDER DOMAINS', 'SES SET, TENANT'], rows, page)
}

function no(words: string): Failure {
  return new Failure(exitCodes.no, words)
}
