import { expect, it } from 'vitest'
import { keptForIn } from '../../../mail/settings/kept-for.ts'
import { settingsSchema } from '../../../mail/settings/settings.ts'

it.each([
  {},
  { keepContentDays: 3 },
  { retention: { eventDays: 5, states: { sent: 9 } } },
  { projects: { shop: {}, news: { retention: { emailDays: 4 } } } },
])('of %j it reads without the schema what the schema says', (saved) => {
  const { keepContentDays, retention, projects } = settingsSchema.parse(saved)
  const read = keptForIn(saved)
  expect(read.keepContentDays).toBe(keepContentDays)
  // A state that nothing is said of is null there, and left out here.
  const states = { ...settingsSchema.parse({}).retention.states, ...read.retention.states }
  expect({ ...read.retention, states }).toEqual(retention)
  for (const name of Object.keys(projects))
    expect(read.projects[name]!.retention).toEqual(projects[name]!.retention)
})
