import { project } from './project.ts'

/**
 * The half of a session that this page holds. The other is a cookie, which a browser brings to
 * every port of the host, and storage belongs to one port: only here both come together.
 */
const key = 'postern-session'

/** Keeps it for all tabs of this browser; without one, forgets it. */
export function keepPageHalf(half?: string) {
  try {
    if (half) localStorage.setItem(key, half)
    else localStorage.removeItem(key)
  } catch {
    // A browser that keeps nothing has no cookie for us either.
  }
}

function pageHalf(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** What every request brings along. */
export function sessionHeader(): Record<string, string> {
  const half = pageHalf()
  return half ? { 'x-postern-session': half } : {}
}

/** The address of something that the browser fetches by itself: a download, or for a frame. */
export function addressOf(path: string): string {
  const half = pageHalf()
  const brought = new URLSearchParams({
    ...(half && { session: half }),
    ...(project && { project }),
  })
  if (brought.size === 0) return path
  return `${path}${path.includes('?') ? '&' : '?'}${brought.toString()}`
}
