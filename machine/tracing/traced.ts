import { SpanKind } from '@opentelemetry/api'
import type { RequestSpan } from '../../api/answered.ts'
import { traceparentHeader } from '../../mail/email/traceparent.ts'
import { observedEmails, type AttemptReport } from '../../mail/observed-emails.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Intake } from '../../mail/ports/intake.ts'
import type { Web } from '../../mail/ports/web.ts'
import type { Tracer } from './tracer.ts'

/** The same ports, with a span for what is accepted, for each try at an engine and each webhook told. */
export function traced<Ports extends Backend>(ports: Ports, tracer: Tracer): Ports {
  const { clock } = ports
  return {
    ...ports,
    intake: tracedIntake(ports.intake, tracer),
    emails: observedEmails(ports.emails, (attempt) => tellTries(tracer, attempt, clock.now())),
    web: tracedWeb(ports.web, tracer),
  }
}

/** What is accepted together goes on from one span, which is kept with each. */
function tracedIntake(intake: Intake, tracer: Tracer): Intake {
  return {
    async put(arrivals) {
      const [first] = arrivals
      if (!first) return intake.put(arrivals)
      const { id, traceparent: parent } = first.email
      const of = arrivals.length === 1 ? { 'postern.email.id': id } : {}
      const attributes = { 'postern.emails': arrivals.length, ...of }
      const span = tracer.begin('accept', { kind: SpanKind.PRODUCER, parent, attributes })
      const { traceparent } = span
      const put = intake.put(
        arrivals.map((arrival) => ({ ...arrival, email: { ...arrival.email, traceparent } })),
      )
      return ended(put, (hasFailed) => span.end({ attributes: {}, hasFailed }))
    },
  }
}

async function ended<T>(work: Promise<T>, end: (hasFailed: boolean) => void): Promise<T> {
  try {
    const result = await work
    end(false)
    return result
  } catch (error) {
    end(true)
    throw error
  }
}

/** Once they are written down: the record knows when each began, and it ended when the next did. */
function tellTries(
  tracer: Tracer,
  { id, project, tries, traceparent }: AttemptReport,
  now: number,
) {
  tries.forEach(({ engine, outcome, at }, n) => {
    const attributes = { 'postern.email.id': id, 'postern.project': project }
    const beginning = { kind: SpanKind.CLIENT, parent: traceparent, at, attributes }
    const span = tracer.begin(`deliver ${engine}`, beginning)
    const told = { 'postern.engine': engine, 'postern.outcome': outcome }
    const hasFailed = !well.includes(outcome)
    span.end({ attributes: told, hasFailed, at: tries[n + 1]?.at ?? now })
  })
}

const well: readonly string[] = ['sent', 'captured', 'discarded', 'suppressed']

/** Only of what is in a trace: endpoints are told of others too. */
function tracedWeb(web: Web, tracer: Tracer): Web {
  return {
    ...web,
    async post(url, posting) {
      const parent = posting.headers[traceparentHeader]
      if (parent === undefined) return web.post(url, posting)
      // Its path may be a secret.
      const attributes = { 'server.address': new URL(url).hostname }
      const span = tracer.begin('tell webhook', { kind: SpanKind.CLIENT, parent, attributes })
      const headers = { ...posting.headers, [traceparentHeader]: span.traceparent }
      const posted = await web.post(url, { ...posting, headers })
      const status = posted.kind === 'answered' ? posted.status : 0
      const answered = status > 0 ? { 'http.response.status_code': status } : {}
      span.end({ attributes: answered, hasFailed: status < 200 || status > 299 })
      return posted
    },
  }
}

/** A span of its own for each request, which goes on from the caller's. */
export function tracedRequests(tracer: Tracer) {
  return (parent: string | undefined): RequestSpan => {
    const span = tracer.begin('request', { kind: SpanKind.SERVER, parent, attributes: {} })
    return {
      traceparent: span.traceparent,
      end({ method, route, status }) {
        const attributes = {
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': status,
        }
        span.end({ name: `${method} ${route}`, attributes, hasFailed: status >= 500 })
      },
    }
  }
}
