import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { systemdUnit, sysusers } from '../machine/systemd-unit.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly lowPorts?: boolean
  readonly sendmail?: boolean
  readonly root?: string
}

const unitFile = '/etc/systemd/system/postern.service'
const usersFile = '/etc/sysusers.d/postern.conf'

/** `postern service`. */
export function addService(program: Command, terminal: Terminal) {
  const service = program
    .command('service')
    .description('run Postern as a service of systemd')
    .addHelpText('after', manual)
  withChoices(service.command('print'))
    .description('show the unit that install would write')
    .action((options: Options) => terminal.print(unitOf(options).trimEnd()))
  withChoices(service.command('install'))
    .description('write the unit and the user it runs as; start it with systemctl')
    .option('--root <directory>', 'write below this directory, as for an image, and run nothing')
    .action((options: Options) => install(options, terminal))
  service
    .command('uninstall')
    .description('stop it and remove the unit; what is in /var/lib/postern stays')
    .action(() => uninstall(terminal))
}

function withChoices(command: Command): Command {
  return command
    .option('--low-ports', 'let it listen below 1024, as for returned mail (POSTERN_BOUNCE_PORT)')
    .option('--sendmail', 'let it run sendmail, which leaves the unit less hardened')
}

const manual = `
Examples:
  postern service print
  postern service install && systemctl enable --now postern
  postern service install --low-ports

Variables such as POSTERN_HOST go into /etc/postern.env, one NAME=value to a line.

Exit codes: 0 fine, 1 systemd refused, 2 wrong usage.
`

function install(options: Options, terminal: Terminal) {
  if (options.root === undefined) needSystemd()
  write(join(options.root ?? '/', unitFile), unitOf(options), terminal)
  write(join(options.root ?? '/', usersFile), sysusers, terminal)
  if (options.root !== undefined) return
  run('systemd-sysusers', usersFile)
  run('systemctl', 'daemon-reload')
  terminal.print('now run: systemctl enable --now postern')
}

function uninstall(terminal: Terminal) {
  needSystemd()
  if (!existsSync(unitFile)) throw new Failure(exitCodes.no, `there is no ${unitFile}`)
  run('systemctl', 'disable', '--now', 'postern')
  for (const file of [unitFile, usersFile]) rmSync(file, { force: true })
  run('systemctl', 'daemon-reload')
  terminal.print('removed; its data stays in /var/lib/postern, and its user postern')
}

function needSystemd() {
  if (!existsSync('/run/systemd/system'))
    throw usage('systemd does not run here: postern service print shows the unit')
  if (process.getuid?.() !== 0) throw usage('only root may do that; try sudo')
}

function unitOf({ lowPorts, sendmail }: Options): string {
  return systemdUnit({
    command: ownCommand(),
    ...(lowPorts && { lowPorts }),
    ...(sendmail && { sendmail }),
  })
}

/** What runs this very Postern: a checkout brings a script that finds its Node. */
function ownCommand(): string[] {
  const ofCheckout = join(import.meta.dirname, '../bin/postern')
  if (existsSync(ofCheckout)) return [ofCheckout]
  return [process.execPath, join(import.meta.dirname, '../bin/postern.js')]
}

function write(file: string, text: string, terminal: Terminal) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  terminal.print(`wrote ${file}`)
}

function run(program: string, ...words: readonly string[]) {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (status === 0) return
  const said = error?.message ?? stderr.trim()
  throw new Failure(exitCodes.no, `${program} ${words.join(' ')}: ${said}`)
}
