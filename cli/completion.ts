import { Argument, type Command } from 'commander'
import { commandTree, type CommandNode, type Word } from './command-tree.ts'
import type { Terminal } from './terminal.ts'

/** `postern completion`. */
export function addCompletion(program: Command, terminal: Terminal) {
  program
    .command('completion')
    .description('print what makes a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(Object.keys(scripts)))
    .addHelpText('after', manual)
    .action((shell: keyof typeof scripts) => terminal.print(scripts[shell](commandTree(program))))
}

const manual = `
Examples:
  postern completion bash > ~/.local/share/bash-completion/completions/postern
  postern completion fish > ~/.config/fish/completions/postern.fish
  source <(postern completion zsh)     # in ~/.zshrc, after compinit

Print it again after an upgrade.
`

const scripts = { bash, zsh, fish } as const

/** Completes from lists, without asking Postern: a key that is pressed may not wait for a process. */
function bash(tree: readonly CommandNode[]): string {
  return `_postern() {
  local path= word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${pathsIn(tree)}) path="$path $word" ;;
    esac
  done
  case "$path" in
${tree.map((node) => `    '${pathOf(node)}') words='${words(node).join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _postern postern`
}

function zsh(tree: readonly CommandNode[]): string {
  return `#compdef postern
_postern() {
  local path_= word
  local -a known
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
      ${pathsIn(tree)}) path_="$path_ $word" ;;
    esac
  done
  case "$path_" in
${tree.map((node) => `    '${pathOf(node)}') known=(${all(node).map(described).join(' ')}) ;;`).join('\n')}
  esac
  _describe postern known || _files
}
compdef _postern postern`
}

function fish(tree: readonly CommandNode[]): string {
  const lines = tree.flatMap((node) => {
    const condition = node.path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
    const not = node.subcommands.map(({ word }) => word).join(' ')
    const only = [condition, not && `not __fish_seen_subcommand_from ${not}`]
    const when = only.filter(Boolean).join('; and ')
    return all(node).map(({ word, meaning }) => {
      const what = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-f -a ${word}`
      return `complete -c postern -n ${quoted(when)} ${what} -d ${quoted(meaning)}`
    })
  })
  return lines.join('\n')
}

const all = ({ subcommands, options }: CommandNode): Word[] => [...subcommands, ...options]

const words = (node: CommandNode) => all(node).map(({ word }) => word)

/** As the scripts gather it: each word after a blank. */
const pathOf = ({ path }: CommandNode) => path.map((word) => ` ${word}`).join('')

function pathsIn(tree: readonly CommandNode[]): string {
  return tree
    .slice(1)
    .map((node) => `'${pathOf(node)}'`)
    .join(' | ')
}

/** For `_describe`, which splits at a colon. */
function described({ word, meaning }: Word): string {
  return quoted(`${word}:${meaning.replaceAll(':', '\\:')}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
