import { hasProject } from '../../mail/settings/in-project.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Authenticate } from '../access/auth.ts'
import { Refusal } from '../http/errors.ts'
import { refuseForeignPage } from '../http/origin.ts'

interface Login {
  readonly user: string
  readonly password: string
}

/**
 * The same door for clients that only know Basic (RFC 7617): the password is an API key, whatever
 * the user, as at the door of SMTP. The user names a project where no key is needed, and to a key of
 * all projects; else it is passed over.
 */
export function withBasic(postern: Postern, authenticate: Authenticate): Authenticate {
  const admit = async (request: Request) => {
    const login = loginOf(request)
    if (!login) return authenticate(request)
    // A browser adds what was typed once to the requests of every page.
    refuseForeignPage(request)
    const isGuarded = await authenticate.isGuarded()
    const bare = asBearer(request, isGuarded ? login.password : '')
    const named = await projectOf(postern, login, isGuarded)
    if (named === undefined || request.headers.has('x-postern-project')) return authenticate(bare)
    const admission = await authenticate(bare)
    if (!admission.isOfAll) return admission
    bare.headers.set('x-postern-project', named)
    return authenticate(bare)
  }
  return Object.assign(admit, { ...authenticate })
}

/** What clients put where they want a user and only the password counts. */
const usualUsers = ['', 'postern', 'admin', 'user', 'mailpit', 'mailhog', 'maildev']

async function projectOf({ inForce }: Postern, { user }: Login, isGuarded: boolean) {
  const { settings } = await inForce.current()
  if (hasProject(settings, user)) return user
  const isFree = isGuarded || Object.keys(settings.projects).length === 0
  if (isFree || usualUsers.includes(user.toLowerCase())) return undefined
  throw new Refusal(401, 'missing_api_key', 'The user name must be the name of a project.')
}

function loginOf({ headers }: Request): Login | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(headers.get('authorization') ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(text) ?? []
  return { user, password }
}

/** Of the request only what it is admitted by. */
function asBearer({ url, method, headers }: Request, token: string): Request {
  const own = new Headers(headers)
  own.delete('authorization')
  if (/^[\x21-\x7e]+$/.test(token)) own.set('authorization', `Bearer ${token}`)
  return new Request(url, { method, headers: own })
}
