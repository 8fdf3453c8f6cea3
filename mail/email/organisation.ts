/** As far as DMARC's relaxed alignment can be told without the list of public suffixes. */
export function organisation(domain: string): string {
  return domain.split('.').slice(-2).join('.')
}
