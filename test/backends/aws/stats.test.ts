import { metricNames, metricService } from '../../../backends/aws/env.ts'
import { awsBackend } from '../../../backends/aws/index.ts'
import { systemClock } from '../../../mail/clock.ts'
import { testStats } from '../../conformance/stats.ts'
import { startAwsFront } from '../../remote/aws-front.ts'
import { fakeCloudWatch } from '../../remote/fake-cloudwatch.ts'
import { accessTo, aPlace } from './places.ts'

testStats('CloudWatch', async () => {
  const cloudWatch = fakeCloudWatch()
  const front = await startAwsFront('http://127.0.0.1:9', [cloudWatch.service])
  const place = aPlace('stats')
  const backend = awsBackend(place, { clock: systemClock, ...accessTo(front.endpoint) })
  const metric = (state: string) => ({
    namespace: place.metricsNamespace,
    name: metricNames.settled,
    dimensions: { service: metricService, State: state },
  })
  return {
    stats: backend.stats,
    settled: async (state, at) => cloudWatch.put(metric(state), at, 1),
    async close() {
      backend.close()
      await front.close()
    },
  }
})
