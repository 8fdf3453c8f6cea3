import type { Logger } from '@aws-lambda-powertools/logger'
import { metricService } from '../../backends/aws/env.ts'
import { metricNames } from '../../mail/email/metric-names.ts'

/** Counts feedback that nothing came of among the metrics, and logs why. */
export function refusedFeedback(logger: Logger, namespace: string) {
  return async (reason: string): Promise<void> => {
    logger.warn('feedback refused', { reason })
    // Loaded on first use: few functions are ever handed any.
    const { Metrics } = await import('@aws-lambda-powertools/metrics')
    const metrics = new Metrics({ namespace, serviceName: metricService })
    metrics.addMetric(metricNames.feedbackRefused, 'Count', 1)
    metrics.publishStoredMetrics()
  }
}
