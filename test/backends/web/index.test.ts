import { openWeb } from '../../../backends/web/index.ts'
import { testWeb } from '../../conformance/web.ts'
import { dnsServer } from '../../remote/dns-server.ts'
import { webSite } from '../../remote/web-site.ts'

testWeb('the shared driver', async () => {
  const [site, dns] = [await webSite(), await dnsServer()]
  const web = openWeb({ ...site.options, dnsServers: [dns.address] })
  return {
    web,
    site,
    dns,
    close: async () => void (await Promise.all([site.close(), dns.close()])),
  }
})
