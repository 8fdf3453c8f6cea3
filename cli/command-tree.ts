import type { Command, Option } from 'commander'

/** A command with all that can be typed after it. */
export interface CommandNode {
  /** What was typed to get here, after `postern`: `['captures', 'list']`. */
  readonly path: readonly string[]
  readonly command: Command
  readonly subcommands: readonly Word[]
  /** Its own options and those of every command. */
  readonly options: readonly Word[]
}

/** Something that can be typed, and what it means. */
export interface Word {
  readonly word: string
  readonly meaning: string
}

/** All commands, each before those below it. */
export function commandTree(program: Command): CommandNode[] {
  const everywhere = optionWords(program)
  const isOwn = ({ word }: Word) => !everywhere.some((one) => one.word === word)
  const below = (command: Command, path: readonly string[]): CommandNode[] => {
    const own = optionWords(command).filter(isOwn)
    const subcommands = visible(command)
    const node = {
      path,
      command,
      subcommands: subcommands.map((one) => ({ word: one.name(), meaning: one.description() })),
      options: [...own, ...everywhere],
    }
    return [node, ...subcommands.flatMap((one) => below(one, [...path, one.name()]))]
  }
  return below(program, [])
}

/** What the manual shows: neither hidden commands nor `help`. */
function visible(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
}

function optionWords(command: Command): Word[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option: Option) =>
      [option.long, option.short].flatMap((word) =>
        word ? [{ word, meaning: option.description }] : [],
      ),
    )
}
