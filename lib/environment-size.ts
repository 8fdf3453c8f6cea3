/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, for all variables. */
const mostBytes = 4_096

/** What CloudFormation fills in is a name, an address or an ARN: at most so long, in bytes. */
const filledInBytes = 160

/**
 * Lambda refuses too many variables only when the stack is deployed. What can be long in ours are
 * the layers of the settings.
 *
 * @throws Error that says how much too long they are
 */
export function checkSize(variables: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + name.length + bytesOf(value),
    0,
  )
  if (bytes <= mostBytes) return
  throw new Error(
    `defaults and locks are ${bytes - mostBytes} bytes too long for the ${mostBytes} bytes of a function's environment: save what is long, such as smtp.ca, as settings once it is deployed`,
  )
}

/** Around what is filled in, the text counts as it is. */
function bytesOf(value: string): number {
  const filledIn = value.match(marker)?.length ?? 0
  return Buffer.byteLength(value.replaceAll(marker, '')) + filledIn * filledInBytes
}

/** How CDK writes in a text what is not known yet. */
const marker = /\$\{Token\[[^\]]*\]\}/g
