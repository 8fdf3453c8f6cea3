import { Hono } from 'hono'
import type { JudgeSpam, SpamVerdict } from '../../mail/check/spam.ts'
import type { FeatureUse } from '../../mail/check/support.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { notFound } from '../http/errors.ts'
import { parameter, readId } from '../http/page-query.ts'
import type { CaptureChecks } from '../openapi/answers.ts'

/** `/v1/captures/{id}/checks`: what is wrong with a captured email. */
export function v1CaptureChecks(postern: Postern, judgeSpam?: JudgeSpam): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/captures/:id/checks', async (c) => {
    const { scope } = c.var.caller
    const links = readLinks(c.req.query('links'))
    const found = await postern.captures.get(readId(c), scope, ({ size }) =>
      holdForAnswer(c, postern, size),
    )
    if (!found) throw notFound('Capture')
    const [{ readAside }, { checkCapture }] = await Promise.all([
      import('../captured/read-aside.ts'),
      import('../captured/check-capture.ts'),
    ])
    const email = await readAside(found.eml)
    const spam = judgeSpam && (() => judgeSpam(found.eml))
    const report = await checkCapture(postern, found.capture, email, { links, spam })
    const answer: CaptureChecks = {
      id: found.capture.id,
      findings: report.findings.map((one) => ({
        ...one,
        also: [...one.also],
        clients: [...one.clients],
      })),
      support: {
        source: report.support.source,
        nodes: report.support.nodes,
        features: report.support.features.map(featureView),
      },
      links:
        report.links?.map(({ url, status = null, reason = null }) => {
          return { url, status, reason }
        }) ?? null,
      spam: spamView(report.spam),
    }
    return c.json(answer)
  })
}

function readLinks(asked: string | undefined): boolean {
  if (asked !== undefined && asked !== '1') throw parameter('links', '1 is needed, or nothing')
  return asked === '1'
}

function spamView(verdict: SpamVerdict | undefined): CaptureChecks['spam'] {
  if (verdict?.kind !== 'judged') return null
  const { isSpam, score, threshold, rules } = verdict
  return { is_spam: isSpam, score, threshold, rules: [...rules] }
}

function featureView({ slug, title, count, results }: FeatureUse) {
  const those = (wanted: string) =>
    results.filter(({ support }) => support === wanted).map(({ client }) => client.name)
  return {
    slug,
    title,
    url: `https://www.caniemail.com/features/${slug}/`,
    count,
    supported: those('yes'),
    partial: those('partial'),
    unsupported: those('no'),
  }
}
