import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * Whether an IP address is one of the public internet. What stands for another address in some
 * other way (IPv4-mapped, NAT64, 6to4, Teredo) is not: it may lead anywhere.
 */
export function isGlobalAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  // BlockList would read the IPv4 address in `::ffff:192.0.2.1`.
  return isIPv6(address) && unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** The only addresses that IANA has given out for the public internet so far (RFC 4291, 2.4). */
const unicast = listOf(['2000::/3'])

/**
 * What IANA's registries of special-purpose addresses (RFC 6890) do not call globally reachable,
 * and multicast.
 */
const special = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Teredo, ORCHID and benchmarking; 6to4; documentation.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/')
    list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6')
  }
  return list
}
