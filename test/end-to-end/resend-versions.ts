import { createRequire } from 'node:module'
import { Resend as Latest } from 'resend'

type Make = (key: string, baseUrl: string) => Latest

export interface ResendVersion {
  readonly version: string
  readonly make: Make
  /** What it can; `remove` of 6.1.0 sends no Authorization, which no server can help. */
  readonly has: Readonly<Record<'idempotencyKey' | 'permissive' | 'list' | 'remove', boolean>>
}

const require = createRequire(import.meta.url)

/**
 * The versions of Resend's own SDK that applications have: of 4, 5 and 6 the first or nearly so, and
 * the latest. The older three read the base URL when they are loaded, so they are loaded for each.
 */
export const resendVersions: readonly ResendVersion[] = [
  {
    version: '4.0.0',
    make: loadedWith('resend-4.0', () => require('resend-4.0') as Module),
    has: { idempotencyKey: false, permissive: false, list: false, remove: true },
  },
  {
    version: '5.0.0',
    make: loadedWith('resend-5.0', () => require('resend-5.0') as Module),
    has: { idempotencyKey: true, permissive: false, list: false, remove: true },
  },
  {
    version: '6.1.0',
    make: loadedWith('resend-6.1', () => require('resend-6.1') as Module),
    has: { idempotencyKey: true, permissive: true, list: true, remove: false },
  },
  {
    version: '6.38.0',
    make: (key, baseUrl) => new Latest(key, { baseUrl }),
    has: { idempotencyKey: true, permissive: true, list: true, remove: true },
  },
]

interface Module {
  readonly Resend: typeof Latest
}

/** Loads it again each time, with the base URL in the environment. */
function loadedWith(name: string, load: () => Module): Make {
  return (key, baseUrl) => {
    Reflect.deleteProperty(require.cache, require.resolve(name))
    const before = process.env['RESEND_BASE_URL']
    process.env['RESEND_BASE_URL'] = baseUrl
    try {
      return new (load().Resend)(key)
    } finally {
      if (before === undefined) delete process.env['RESEND_BASE_URL']
      else process.env['RESEND_BASE_URL'] = before
    }
  }
}

/** What React makes, for the SDK to render. */
export function reactElement(type: string, text: string): object {
  const { createElement } = require('react') as {
    createElement: (type: string, props: null, text: string) => object
  }
  return createElement(type, null, text)
}
