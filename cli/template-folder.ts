import type { Command } from 'commander'
import { exitCodes, Failure } from '../machine/failure.ts'
import type { TemplateFolder } from '../mail/template/folder.ts'
import type { Terminal } from './terminal.ts'

export interface FolderOption {
  readonly folder?: string
}

/** What a command works with. */
export interface Asked {
  readonly command: Command
  readonly terminal: Terminal
}

export function inFolder(command: Command): Command {
  return command.option('--folder <path>', 'the folder (POSTERN_TEMPLATES, or ./templates)')
}

export function pathOf({ folder }: FolderOption, { env }: Terminal): string {
  return folder ?? (env['POSTERN_TEMPLATES'] || 'templates')
}

/** @throws Failure when the folder cannot be read */
export async function folderAt(path: string): Promise<TemplateFolder> {
  const { readTemplates } = await import('../backends/web/template-files.ts')
  try {
    return await readTemplates(path)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Failure(exitCodes.no, `${path} cannot be read: ${code ?? message}`, { cause })
  }
}
