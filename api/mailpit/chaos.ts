import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { saveSettings } from '../../mail/configure/save.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { isPlainObject, spell } from '../../mail/settings/layers.ts'
import type { PracticeRule } from '../../mail/settings/practice.ts'
import { enginesOf } from '../../mail/settings/settings.ts'
import type { ApiEnv } from '../access/auth.ts'
import { bad, readBody } from './body.ts'

const triggers = ['Sender', 'Recipient', 'Authentication'] as const

type Trigger = (typeof triggers)[number]

/** As Mailpit answers where a trigger is not set. */
const off = { ErrorCode: 451, Probability: 0 }

const trigger = z
  .object({
    ErrorCode: z.int().min(400).max(599).default(off.ErrorCode),
    Probability: z.int().min(0).max(100).default(off.Probability),
  })
  .default(off)

/**
 * Mailpit's chaos, as rules of the failure practice: 4xx defers, 5xx rejects, and a failed login
 * blocks. It comes at delivery, for Postern has said yes by then; and only while nothing is sent.
 */
export function mailpitChaos(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/api/v1/chaos', async (c) => c.json(await read(c, postern)))
    .put('/api/v1/chaos', async (c) => {
      await read(c, postern)
      const shape = { Sender: trigger, Recipient: trigger, Authentication: trigger }
      await save(c, postern, await readBody(c.req.raw, shape))
      return c.json(await read(c, postern))
    })
}

async function read(c: Context<ApiEnv>, { inForce }: Postern) {
  const { settings } = await inForce.refresh()
  if (enginesOf(settings).some((name) => name !== 'noop'))
    throw bad('Chaos is not enabled: it needs the engine "noop"')
  const { rules } = settings.practice
  const stands = (one: Trigger) => rules.find(({ note }) => note === noteOf(c, one))
  return Object.fromEntries(triggers.map((one) => [one, triggerOf(stands(one))]))
}

/** By which a rule is known again; the rules of one project are not another's. */
function noteOf(c: Context<ApiEnv>, one: Trigger): string {
  return `Mailpit ${one} ${c.var.caller.scope}`
}

function triggerOf(rule: PracticeRule | undefined) {
  if (!rule) return off
  const [, code = String(off.ErrorCode)] = /^(\d{3})/.exec(rule.reply ?? '') ?? []
  return { ErrorCode: Number(code), Probability: Math.round(rule.chance * 100) }
}

type Wish = Readonly<Record<Trigger, z.output<typeof trigger>>>

async function save(c: Context<ApiEnv>, postern: Postern, wish: Wish) {
  const { saved, settings, version } = await postern.inForce.refresh()
  const before = isPlainObject(saved['practice']) ? saved['practice'] : {}
  // Those that are deployed as defaults stay too.
  const rules: readonly { note?: unknown }[] = Array.isArray(before['rules'])
    ? before['rules']
    : settings.practice.rules
  const own = triggers.map((one) => noteOf(c, one))
  const others = rules.filter(({ note }) => !own.includes(String(note)))
  const added = triggers.flatMap((one) => rulesOf(c, one, wish[one]))
  const practice = { ...before, rules: [...others, ...added] }
  const done = await saveSettings(postern, { settings: { ...saved, practice }, version })
  if (done.kind === 'invalid') throw bad(spell(done.faults))
  if (done.kind !== 'saved') throw bad('the settings were saved by someone else meanwhile: again')
}

function rulesOf(c: Context<ApiEnv>, one: Trigger, { ErrorCode, Probability }: typeof off) {
  if (Probability === 0) return []
  const { scope } = c.var.caller
  const then = one === 'Authentication' ? 'block' : ErrorCode < 500 ? 'defer' : 'reject'
  const reply = `${ErrorCode} Chaos ${one.toLowerCase()} error`
  const project = scope === '*' ? {} : { project: scope }
  return [{ then, chance: Probability / 100, reply, note: noteOf(c, one), ...project }]
}
