import { Hono } from 'hono'
import type { FeatureUse, Support } from '../../mail/check/check.ts'
import type { LinkLook } from '../../mail/check/links.ts'
import type { JudgeSpam, SpamVerdict } from '../../mail/check/spam.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { checkAside } from '../captured/check-aside.ts'
import { lookAt } from '../captured/check-capture.ts'
import { bad } from './body.ts'
import { open, openAndRead } from './opened.ts'

/** Mailpit's checks of one message, in its shapes. */
export function mailpitChecks(postern: Postern, judgeSpam?: JudgeSpam): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/api/v1/message/:id/html-check', async (c) => {
      const { html } = (await openAndRead(c, postern, c.req.param('id'))).email.view
      if (html === null) throw bad('message does not contain HTML')
      return c.json(htmlCheck((await checkAside({ html })).support))
    })
    .get('/api/v1/message/:id/link-check', async (c) => {
      const { links } = (await openAndRead(c, postern, c.req.param('id'))).email.view
      const looks = (await lookAt(postern, links)).map(linkView)
      const errors = looks.filter(({ StatusCode: code }) => code === 0 || code >= 400)
      return c.json({ Errors: errors.length, Links: looks })
    })
    .get('/api/v1/message/:id/sa-check', async (c) => {
      if (!judgeSpam) throw bad('SpamAssassin is not enabled')
      const { eml } = await open(c, postern, c.req.param('id'))
      return c.json(spamCheck(await judgeSpam(eml)))
    })
}

function spamCheck(verdict: SpamVerdict) {
  if (verdict.kind === 'unknown')
    return { Error: `SpamAssassin: ${verdict.reason}`, IsSpam: false, Score: 0, Rules: [] }
  const Rules = verdict.rules.map(({ score, name, description }) => {
    return { Score: score, Name: name, Description: description }
  })
  return { Error: '', IsSpam: verdict.isSpam, Score: verdict.score, Rules }
}

function linkView({ url, status = 0, reason = '' }: LinkLook) {
  return { URL: url, StatusCode: status, Status: status === 0 ? reason : String(status) }
}

/** Percentages as Mailpit makes them: of each feature, weighed by how many elements use it. */
function htmlCheck({ nodes, features }: Support) {
  const warnings = features.map(warningOf).filter(({ Score }) => Score.Supported < 100)
  const weigh = (part: 'Partial' | 'Unsupported') =>
    Math.max(0, ...warnings.map((one) => weighed(one.Score[part], one.Score.Found, nodes)))
  const [partial, unsupported] = [weigh('Partial'), weigh('Unsupported')]
  return {
    Warnings: warnings.toSorted((one, other) => badness(other, nodes) - badness(one, nodes)),
    Platforms: platformsOf(features),
    Total: {
      Tests: features.length,
      Nodes: nodes,
      Supported: Math.max(0, 100 - partial - unsupported),
      Partial: partial,
      Unsupported: unsupported,
    },
  }
}

type Warning = ReturnType<typeof warningOf>

function weighed(percent: number, found: number, nodes: number): number {
  return (percent * Math.min(found, nodes)) / Math.max(nodes, 1)
}

function badness({ Score }: Warning, nodes: number): number {
  return weighed(Score.Unsupported + Score.Partial, Score.Found, nodes)
}

function warningOf({ slug, title, count, results }: FeatureUse) {
  const known = results.filter(({ support }) => support !== 'unknown')
  const percent = (wanted: string) =>
    (known.filter(({ support }) => support === wanted).length / Math.max(known.length, 1)) * 100
  return {
    Slug: slug,
    Title: title,
    Description: '',
    URL: `https://www.caniemail.com/features/${slug}/`,
    Category: slug.split('-')[0]!,
    Tags: [] as string[],
    Keywords: '',
    Results: known.map(({ client, support }) => ({
      Name: client.name,
      Platform: client.platform,
      Family: client.family,
      // The latest that caniemail tested.
      Version: '',
      Support: support,
      NoteNumber: '',
    })),
    NotesByNumber: {},
    Score: {
      Found: count,
      Supported: percent('yes'),
      Partial: percent('partial'),
      Unsupported: percent('no'),
    },
  }
}

/** The families of each platform. */
function platformsOf(features: readonly FeatureUse[]): Record<string, string[]> {
  const families = new Map<string, Set<string>>()
  for (const { results } of features)
    for (const { client } of results) {
      const known = families.get(client.platform) ?? new Set()
      families.set(client.platform, known.add(client.family))
    }
  return Object.fromEntries([...families].map(([name, all]) => [name, [...all].sort()]))
}
