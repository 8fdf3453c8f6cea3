import { clients } from '../../../backends/aws/clients.ts'
import { metricService } from '../../../backends/aws/env.ts'
import { metricNames } from '../../../mail/email/metric-names.ts'
import { cloudWatchStats } from '../../../backends/aws/stats.ts'
import { testStats } from '../../conformance/stats.ts'
import { startAwsFront } from '../../remote/aws-front.ts'
import { fakeCloudWatch } from '../../remote/fake-cloudwatch.ts'
import { accessTo, aPlace } from './places.ts'

testStats('CloudWatch', async () => {
  const fake = fakeCloudWatch()
  const front = await startAwsFront('http://127.0.0.1:9', [fake.service])
  const { metricsNamespace: namespace } = aPlace('stats')
  const { cloudWatch, close } = clients(accessTo(front.endpoint))
  const projects = async () => ['default', 'shop']
  const metric = (dimensions: Record<string, string>, name: string = metricNames.settled) => ({
    namespace,
    name,
    dimensions: { service: metricService, ...dimensions },
  })
  return {
    stats: cloudWatchStats({ cloudWatch, namespace, projects }),
    // As the send function counts: those of other projects once more.
    async settled(State, at, Project) {
      fake.put(metric({ State }), at, 1)
      if (Project) fake.put(metric({ Project, State }), at, 1)
    },
    async told(Event, at, Project) {
      fake.put(metric({ Event }, metricNames.told), at, 1)
      if (Project) fake.put(metric({ Project, Event }, metricNames.told), at, 1)
    },
    async close() {
      close()
      await front.close()
    },
  }
})
