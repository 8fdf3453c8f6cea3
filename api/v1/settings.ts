import { Hono } from 'hono'
import * as z from 'zod'
import type { StoredVerdict } from '../../mail/ports/standing.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { saveSettings } from '../../mail/configure/save.ts'
import { verify, verifyCandidate } from '../../mail/configure/verify.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid, Refusal } from '../http/errors.ts'
import type { SettingsView, Verdict } from '../openapi/answers.ts'
import { iso, isoOrNull } from './email-view.ts'
import { readBody } from './refusals.ts'

/** `/v1/settings`: what is in force and why, save, verify. Secrets go in and never come out. */
export function v1Settings(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/settings', async (c) => c.json(await settingsView(postern)))
    .put('/settings', async (c) => {
      const wish = readBody(settingsChange, await readJsonObject(c.req.raw))
      c.set('changes', changedBy(wish, (await postern.settings.read()).settings))
      const saved = await saveSettings(postern, wish)
      if (saved.kind === 'invalid') throw invalid(saved.faults)
      if (saved.kind === 'conflict') throw conflict((await postern.settings.read()).version)
      if (saved.kind === 'unverified') throw unverified(saved.engine, saved.reason)
      return c.json(await settingsView(postern))
    })
    .post('/settings/verify', async (c) => {
      const wish = readBody(settingsCandidate, await readJsonObject(c.req.raw))
      if (!wish.settings && !wish.secrets) return c.json(verdictView(await verify(postern), true))
      const verdict = await verifyCandidate(postern, wish)
      if (verdict.kind === 'invalid') throw invalid(verdict.faults)
      const { engines } = verdict
      return c.json(verdictView({ at: postern.clock.now(), engines }, false))
    })
}

async function settingsView({ inForce, settings, standing }: Postern): Promise<SettingsView> {
  const [now, stored, verdict] = await Promise.all([
    inForce.refresh(),
    settings.read(),
    standing.readVerdict(),
  ])
  return {
    settings: now.settings,
    saved: now.saved,
    // Of the stored document, even if broken: a save has to name it.
    version: stored.version,
    saved_at: isoOrNull(now.savedAt),
    // Here, in this process: elsewhere up to 15 s apart.
    since: iso(now.since),
    defaults: inForce.defaults,
    locks: inForce.locks,
    // Which version of each is active; values are read only by the engines.
    secrets: now.settings.secrets,
    faults: now.faults,
    verdict: verdict ? verdictView(verdict, verdict.about === inForce.seal(stored.version)) : null,
  }
}

/** `current`: about exactly the settings that are in force. */
function verdictView({ at, engines }: Omit<StoredVerdict, 'about'>, current: boolean): Verdict {
  return { current, at: iso(at), engines }
}

const document = z.record(z.string(), z.unknown())
const secrets = z.record(z.string(), z.string())

/** Settings to try without saving them. */
export const settingsCandidate = z.object({
  settings: document.optional(),
  secrets: secrets.optional(),
})

export const settingsChange = z.object({
  settings: document,
  secrets: secrets.optional(),
  version: z.string(),
  force: z.boolean().optional(),
})

/** Names of what a save changes, secrets among them; never a value. */
function changedBy(wish: z.output<typeof settingsChange>, before: unknown): string[] {
  const [old, wanted] = [leavesOf(before), leavesOf(wish.settings)]
  const names = new Set([...old.keys(), ...wanted.keys(), ...Object.keys(wish.secrets ?? {})])
  const isSecret = (name: string) => wish.secrets !== undefined && Object.hasOwn(wish.secrets, name)
  return [...names].filter((name) => isSecret(name) || old.get(name) !== wanted.get(name)).sort()
}

/** Every value in a document as JSON, by its path. */
function leavesOf(value: unknown, path: readonly string[] = []): Map<string, string> {
  if (!isPlainObject(value)) return new Map([[path.join('.'), JSON.stringify(value)]])
  const inside = Object.entries(value).filter(([name]) => path.length > 0 || name !== 'secrets')
  return new Map(inside.flatMap(([name, one]) => [...leavesOf(one, [...path, name])]))
}

/** In the words of the engine, which are the server's where one spoke. */
function unverified(engine: string, reason: string): Refusal {
  const message = `The engine "${engine}" would not take mail with these settings: ${reason}. Nothing was saved; "force": true saves them anyway.`
  return new Refusal(422, 'validation_error', message, {
    errors: [{ path: 'engine', rule: reason, engine }],
  })
}

function conflict(version: string): Refusal {
  const message =
    'Someone else saved in the meantime. Nothing was overwritten: read the settings again.'
  return new Refusal(409, 'conflict', message, { version })
}
