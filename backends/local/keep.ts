/** How long settled emails and captures are kept: both bounds hold, a missing one does not. */
export interface Keep {
  /** Days after an email settled, or after a capture was made. */
  readonly days?: number
  /** The newest so many of each. */
  readonly count?: number
}

/** A month to look into; a million emails with captures of 4 kB take about 6 GB. */
export const defaultKeep: Keep = { days: 30, count: 1_000_000 }

/**
 * Reads `POSTERN_KEEP`: days such as `30d`, a count such as `10000`, or both as `30d,10000`.
 *
 * @throws Error naming the rule
 */
export function parseKeep(text: string): Keep {
  const parts = text.split(',').map((part) => part.trim())
  const days = parts.filter((part) => /^[1-9]\d{0,4}d$/.test(part))
  const counts = parts.filter((part) => /^[1-9]\d{0,9}$/.test(part))
  const understood = days.length + counts.length === parts.length
  if (!understood || days.length > 1 || counts.length > 1)
    throw new Error(
      'POSTERN_KEEP must be days such as 30d, a count such as 10000, or both as 30d,10000',
    )
  return {
    ...(days[0] && { days: Number.parseInt(days[0], 10) }),
    ...(counts[0] && { count: Number(counts[0]) }),
  }
}
