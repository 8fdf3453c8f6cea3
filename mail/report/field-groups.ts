/** Fields by name in lower case, each on one line; of several the first. */
export type FieldGroup = ReadonlyMap<string, string>

/** Characters of a report that are read: a thousand recipients have room. */
const longestReport = 1_000_000

/** Most groups: one of the email, then one for each recipient. */
const mostGroups = 1_001

/** The groups of fields, with empty lines between them, that a report consists of (RFC 3464 section 2.1). */
export function fieldGroups(report: Buffer): FieldGroup[] {
  const text = report.subarray(0, longestReport).toString('utf8').replace(/\r\n?/g, '\n')
  const groups = text.split(/\n(?:[ \t]*\n)+/, mostGroups).map(groupOf)
  return groups.filter((group) => group.size > 0)
}

function groupOf(text: string): FieldGroup {
  const group = new Map<string, string>()
  for (const line of text.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [, name, value = ''] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/.exec(line) ?? []
    const key = name?.toLowerCase()
    if (key && !group.has(key)) group.set(key, value.slice(0, longestValue).trim())
  }
  return group
}

const longestValue = 4_000
