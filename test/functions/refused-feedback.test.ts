import { Logger } from '@aws-lambda-powertools/logger'
import { expect, it, onTestFinished, vi } from 'vitest'
import { refusedFeedback } from '../../functions/api/refused-feedback.ts'

it('feedback that the api function refuses is a line of its log and a metric, once each', async () => {
  // Without it Powertools writes past this console.
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  const lines: string[] = []
  for (const method of ['log', 'warn'] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => void lines.push(line))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  const reason = 'the signature is not SendGrid’s'
  await refusedFeedback(new Logger({ serviceName: 'postern' }), 'Postern/test')(reason)
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 'WARN', reason }),
    expect.objectContaining({ service: 'postern', FeedbackRefused: 1 }),
  ])
})
