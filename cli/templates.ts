import type { Command } from 'commander'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import type { CheckFinding } from '../mail/template/check.ts'
import { jsonIn } from '../mail/email/json.ts'
import { isPlainObject } from '../mail/settings/layers.ts'
import { answer } from './answer.ts'
import { plainLine } from './plain-text.ts'
import { folderAt, inFolder, pathOf, type Asked, type FolderOption } from './template-folder.ts'
import type { PullOptions } from './template-pull.ts'
import type { PushOptions } from './template-push.ts'
import type { Terminal } from './terminal.ts'

interface PreviewOptions extends FolderOption {
  readonly locale?: string
  readonly variables?: string
  readonly part: string
}

/** `postern templates`: files, of which only push and pull want a running Postern. */
export function addTemplates(program: Command, terminal: Terminal) {
  const templates = program
    .command('templates')
    .description('begin, look at and check templates, which are files; push and pull them')
    .addHelpText('after', manual)
  inFolder(templates.command('new <alias>'))
    .description('begin a template with one of the starter set')
    .option('--from <name>', `which: ${starterNames}; that of the same name, or verification`)
    .action((alias: string, options: FolderOption & { from?: string }) =>
      begin(alias, options, terminal),
    )
  inFolder(templates.command('preview <alias>'))
    .description('print a template, rendered with its samples')
    .option('--locale <tag>', 'the language')
    .option('--variables <json>', 'these values before those of the samples')
    .option('--part <part>', 'html, text or subject', 'html')
    .action((alias: string, options: PreviewOptions, command: Command) =>
      preview(alias, options, { command, terminal }),
    )
  inFolder(templates.command('check'))
    .description('render every template in every language and look at what comes of it')
    .action((options: FolderOption, command: Command) => check(options, { command, terminal }))
  inFolder(templates.command('build [alias...]'))
    .description('make html of .mjml, and of .tsx and .jsx with React Email')
    .action(async (aliases: string[], options: FolderOption, command: Command) =>
      (await import('./template-build.ts')).build(aliases, options, { command, terminal }),
    )
  inFolder(templates.command('push [alias...]'))
    .description('have a running Postern keep the files: all templates, or those named')
    .option('--publish', 'make emails from them at once; drafts otherwise')
    .option('--prune', 'remove templates it keeps that are no files here')
    .option('--dry-run', 'only say what would be done')
    .action(async (aliases: string[], options: PushOptions, command: Command) =>
      (await import('./template-push.ts')).push(aliases, options, { command, terminal }),
    )
  inFolder(templates.command('pull [alias...]'))
    .description('write what a running Postern keeps as files: all templates, or those named')
    .option('--force', 'also over files that say something else')
    .option('--dry-run', 'only say what would be done')
    .action(async (aliases: string[], options: PullOptions, command: Command) =>
      (await import('./template-pull.ts')).pull(aliases, options, { command, terminal }),
    )
}

const starterNames =
  'verification, invitation, one-time-code, password-reset, account-notice or test'

const manual = `
Examples:
  postern templates new welcome --from verification
  postern templates preview welcome --locale de > welcome.html
  postern templates preview welcome --variables '{"name":"Ann"}' --part subject
  postern templates build && postern templates check
  postern templates push --publish --url https://mail.example.com
  postern templates pull welcome

check finds what cannot be rendered with the samples, what Gmail would cut off, links that are not
absolute, colours that are hard to read, and what screen readers need: language, direction, title,
alternative texts. With --json it prints findings for a program.

build makes welcome/en.html of welcome/en.mjml, en.tsx or en.jsx, by the mjml or the react,
@react-email/render and esbuild that are installed in the project that the folder belongs to.

push has a running Postern keep the files, with the layout, partials and messages they use; what says
the same already is left alone. pull writes what it keeps as files, and no file over another.

Exit codes: 0 fine, 1 something is wrong, 2 wrong usage.
`

async function begin(alias: string, options: FolderOption & { from?: string }, terminal: Terminal) {
  const { beginTemplate } = await import('./starter-set.ts')
  const path = pathOf(options, terminal)
  for (const file of beginTemplate({ alias, from: options.from, path }))
    terminal.print(`wrote ${file}`)
}

async function preview(alias: string, options: PreviewOptions, { command, terminal }: Asked) {
  const { locale, part, variables = '{}' } = options
  if (part !== 'html' && part !== 'text' && part !== 'subject')
    throw usage('--part must be html, text or subject')
  const given = jsonIn(variables)
  if (!isPlainObject(given)) throw usage('--variables must be a JSON object')
  const { templates, faults } = await folderAt(pathOf(options, terminal))
  const { spellFault } = await import('../mail/template/template-fault.ts')
  const template = templates.get(alias)
  if (!template)
    throw new Failure(
      exitCodes.no,
      [`there is no whole template "${alias}"`, ...faults.map(spellFault)].join('\n'),
    )
  const made = template.render({ variables: { ...template.source.samples, ...given }, locale })
  if ('faults' in made) throw new Failure(exitCodes.no, made.faults.map(spellFault).join('\n'))
  answer(command, terminal, made.rendered, (rendered) => rendered[part] ?? `there is no ${part}`)
}

async function check(options: FolderOption, { command, terminal }: Asked) {
  const { templates, faults } = await folderAt(pathOf(options, terminal))
  const { checkTemplate } = await import('../mail/template/check.ts')
  const broken = faults.map(({ where, line, rule }) => ({
    template: where,
    locale: '',
    problem: `line ${line}: ${rule}`,
  }))
  const found: CheckFinding[] = [...broken]
  for (const one of templates.values()) found.push(...(await checkTemplate(one)))
  answer(command, terminal, { templates: templates.size, findings: found }, inWords)
  if (found.some(({ isWarning }) => !isWarning))
    throw new Failure(exitCodes.no, 'something is wrong')
}

function inWords(found: { templates: number; findings: readonly CheckFinding[] }): string {
  const lines = found.findings.map(({ template, locale, problem, isWarning }) =>
    plainLine(
      `${isWarning ? 'warning: ' : ''}${[template, locale].filter(Boolean).join(' ')}: ${problem}`,
    ),
  )
  const isFine = found.findings.every(({ isWarning }) => isWarning)
  return [...lines, ...(isFine ? [`${counted(found.templates)}, nothing wrong.`] : [])].join('\n')
}

function counted(templates: number): string {
  return `${templates} ${templates === 1 ? 'template' : 'templates'}`
}
