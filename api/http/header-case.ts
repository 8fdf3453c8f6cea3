/**
 * Header names that some clients look up in one spelling only, by that in lower case: SendGrid's
 * Java and PHP libraries compare with case, and Fetch's Headers know lower case alone.
 */
const spellings: Readonly<Record<string, string>> = Object.fromEntries(
  ['X-Message-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'].map(
    (name) => [name.toLowerCase(), name],
  ),
)

/** The same headers in the spelling in which they are to leave. */
export function spelledHeaders<Value>(
  headers: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const spelled: Record<string, Value> = {}
  for (const name in headers) spelled[spellings[name] ?? name] = headers[name]!
  return spelled
}
