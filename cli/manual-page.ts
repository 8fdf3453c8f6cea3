import type { Command } from 'commander'
import { commandTree, type CommandNode } from './command-tree.ts'
import { version } from '../machine/version.ts'
import type { Terminal } from './terminal.ts'

/** `postern manual`, which also makes the page that the package brings. */
export function addManual(program: Command, terminal: Terminal) {
  program
    .command('manual')
    .description('print the manual page, of all commands')
    .addHelpText('after', '\nExamples:\n  postern manual | man -l -\n')
    .action(() => terminal.print(manualPage(program)))
}

/** Everything that `--help` says of each command, as a page in roff (man(7)). */
export function manualPage(program: Command): string {
  const [root, ...commands] = commandTree(program)
  return [
    `.TH POSTERN 1 "" "Postern ${version}"`,
    '.SH NAME',
    `postern \\- ${escaped(program.description())}`,
    '.SH SYNOPSIS',
    '.B postern',
    '[options] command [words]',
    '.SH DESCRIPTION',
    asPrinted(helpOf(root!)),
    '.SH COMMANDS',
    ...commands.flatMap((node) => [
      `.SS "postern ${node.path.join(' ')}"`,
      asPrinted(helpOf(node)),
    ]),
  ].join('\n')
}

function helpOf({ command }: CommandNode): string {
  let text = ''
  const before = command.configureOutput()
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 78 })
  command.outputHelp()
  command.configureOutput(before)
  return text
}

/** Kept in its lines, with no command of roff in it. */
function asPrinted(text: string): string {
  return `.nf\n${escaped(text.trim())}\n.fi`
}

/**
 * A backslash begins a command, and so does a dot or an apostrophe at the start of a line; what is not
 * ASCII is written by its number (groff_char(7)).
 */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll(/[^\x00-\x7f]/gu, (letter) => `\\[u${hex(letter)}]`)
}

/** At least four digits, as groff wants it. */
function hex(letter: string): string {
  return letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
}
