import { NotDeployed } from './not-deployed.ts'

/**
 * What is fit to log of an error: its message may quote anything, its names and place do not. Only
 * one about the function's own environment is told in its words.
 */
export function troubleLine(error: unknown): Record<string, unknown> {
  const { name, code, stack, message } = error as Error & Record<string, unknown>
  return {
    error: name,
    ...(code !== undefined && { code }),
    ...(error instanceof NotDeployed && { reason: message }),
    at: placesOf(stack),
  }
}

function placesOf(stack: unknown): string[] | undefined {
  if (typeof stack !== 'string') return undefined
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return lines.slice(0, 5).map((line) => line.trim())
}
