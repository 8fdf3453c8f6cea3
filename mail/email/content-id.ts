/** The content id that a `cid:` address names after its colon: it may be percent-encoded (RFC 2392). */
export function contentIdIn(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}
