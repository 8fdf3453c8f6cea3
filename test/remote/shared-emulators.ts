import type { TestProject } from 'vitest/node'
import { noEmulator, startEmulator } from './aws-emulator.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly emulators: readonly string[]
  }
}

/** One for each of two workers: an emulator takes seconds to start, and uses one core alone. */
const most = 2

/** Before the first file that wants an emulated AWS, for all of them: each makes places of its own. */
export default async function share(project: TestProject) {
  if (noEmulator) return
  const emulators = await Promise.all(Array.from({ length: most }, startEmulator))
  project.provide(
    'emulators',
    emulators.map(({ endpoint }) => endpoint),
  )
  return async () => {
    await Promise.all(emulators.map((emulator) => emulator.stop()))
  }
}
