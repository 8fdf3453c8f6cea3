import { Hono } from 'hono'
import * as z from 'zod'
import { pauseLane, resumeLane } from '../../mail/configure/pause.ts'
import { streams } from '../../mail/email/stream.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { laneInWords, type LaneName } from '../../mail/settings/paused-lanes.ts'
import { senderDomain } from '../../mail/settings/fields.ts'
import { forAllProjects, type ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid } from '../http/errors.ts'
import type { PausedLanes } from '../openapi/answers.ts'
import { iso } from './email-view.ts'
import { notPossible, readBody } from './refusals.ts'

/** `/v1/queue/pause` and `/v1/queue/resume`: one lane, or the bulk stream, for all projects. */
export function v1Pauses(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post('/queue/pause', forAllProjects, async (c) => {
      const { reason = null, ...rest } = readBody(pauseWish, await readJsonObject(c.req.raw))
      const lane = named(rest)
      const by = await nameOf(postern, c.var.caller)
      const pause = { ...lane, by, at: iso(postern.clock.now()), reason }
      return c.json(done(await pauseLane(postern, pause), `${laneInWords(lane)} is paused already`))
    })
    .post('/queue/resume', forAllProjects, async (c) => {
      const lane = named(readBody(resumeWish, await readJsonObject(c.req.raw)))
      return c.json(done(await resumeLane(postern, lane), `${laneInWords(lane)} is not paused`))
    })
}

const lane = {
  stream: z.enum(streams, `must be ${streams.join(' or ')}`),
  domain: senderDomain.nullish(),
}

export const pauseWish = z
  .strictObject({ ...lane, reason: z.string().trim().max(200).nullish() })
  .refine(({ stream, domain }) => stream !== 'transactional' || domain, {
    path: ['domain'],
    message: 'is needed: transactional email is paused domain by domain',
  })

export const resumeWish = z.strictObject(lane)

function named({ stream, domain = null }: Partial<LaneName> & Pick<LaneName, 'stream'>): LaneName {
  return { stream, domain }
}

/** The name of the key as it is now, or how one without a key came in. */
export async function nameOf({ keys }: Postern, { owner }: Caller): Promise<string> {
  return (await keys.list(allProjects)).find(({ id }) => id === owner)?.name ?? owner
}

function done(saved: Awaited<ReturnType<typeof pauseLane>>, idle: string): PausedLanes {
  switch (saved.kind) {
    case 'done':
      return { paused: saved.paused }
    case 'idle':
      throw notPossible(idle)
    case 'conflict':
      throw notPossible('others save settings at the moment')
    case 'invalid':
      throw invalid(saved.faults)
  }
}
