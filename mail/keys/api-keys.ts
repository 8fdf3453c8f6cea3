import { required } from '../email/zod-words.ts'
import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { readDomain, reader, rule } from '../email/checks.ts'
import { checkUnicode } from '../email/headers.ts'
import { allProjects, defaultProject, projectName, type Scope } from '../email/project.ts'
import { streamRule, streams } from '../email/stream.ts'
import type { Fault } from '../request/fault.ts'
import { newId } from '../email/id.ts'
import type { ApiKey } from '../ports/keys.ts'

/** What a new key is asked to be. */
export type KeyRequest = Omit<ApiKey, 'id' | 'hash' | 'createdAt' | 'lastUsedAt'>

/**
 * Makes a key of 256 random bits. The token exists only here: the caller shows it once and
 * keeps only the key.
 *
 * @param now milliseconds since the epoch
 */
export function makeApiKey(request: KeyRequest, now: number): { key: ApiKey; token: string } {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`
  return { key: { ...request, id: newId(now), hash: hashOfToken(token), createdAt: now }, token }
}

/**
 * What a token is known by: its SHA-256, hexadecimal. The same token may begin with `SG.` instead,
 * as SendGrid's libraries want it, or with `SG.` before all of it.
 */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(spelledOurWay(token)).digest('hex')
}

function spelledOurWay(token: string): string {
  if (!token.startsWith(otherPrefix)) return token
  const rest = token.slice(otherPrefix.length)
  // By length too: one secret in 262,144 begins with the prefix itself.
  const isWhole = rest.startsWith(prefix) && rest.length > secretLength
  return isWhole ? rest : prefix + rest
}

/**
 * Reads the body of `POST /api-keys`, in Resend's spelling with `project`, `domain`, `capture`
 * and `stream` as our own. Unknown fields are ignored, as in an email; `null` means absent.
 *
 * @param usual the project of a key that names none; `*`: all for full access, else `default`
 * @returns the request, or every fault in it
 */
export function readKeyRequest(
  body: Readonly<Record<string, unknown>>,
  usual: Scope = allProjects,
): { request: KeyRequest } | { faults: Fault[] } {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  const parsed = keyBody.safeParse(Object.fromEntries(given))
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
  const { name, permission, domain, capture, stream } = parsed.data
  const project = parsed.data.project ?? (usual === allProjects ? usualProject(permission) : usual)
  if (domain !== undefined && permission !== 'sending_access')
    return {
      faults: [{ field: 'domain', rule: 'only goes with sending_access', kind: 'invalid' }],
    }
  if (project === allProjects && permission !== 'full_access')
    return { faults: [{ field: 'project', rule: '* only goes with full_access', kind: 'invalid' }] }
  return {
    request: {
      ...{ name, permission, project, capture },
      ...(domain !== undefined && { domain }),
      ...(stream && { stream }),
    },
  }
}

/**
 * The project of a key that names none, as of those made before there were projects: a key that may
 * do everything is of all.
 */
export function usualProject(permission: ApiKey['permission']): Scope {
  return permission === 'full_access' ? allProjects : defaultProject
}

/** Reads the name of a key alone, as `readKeyRequest` does. */
export function readKeyName(name: unknown): { name: string } | { faults: Fault[] } {
  const read = readKeyRequest({ name })
  return 'faults' in read ? read : { name: read.request.name }
}

/** Resend's command line takes no other. */
const prefix = 're_'
const otherPrefix = 'SG.'

/** Of 256 bits in base64url. */
const secretLength = 43

/** Characters; Resend's limit. */
const longestName = 50

/** The body of `POST /api-keys`. */
export const keyBody = z.object({
  name: z.string().trim().superRefine(nameable),
  permission: z
    .enum(['full_access', 'sending_access'], 'must be full_access or sending_access')
    .default('full_access'),
  project: z
    .string('must be text')
    .refine((name) => name === allProjects || projectName.test(name), {
      error: 'must be the name of a project, or * for all',
    })
    .optional(),
  domain: z
    .string('must be text')
    .transform(reader(senderDomain))
    .transform(({ domain }) => domain)
    .optional(),
  // Silently left out, it would make a key for every domain of one for a single domain.
  domain_id: z.undefined('is not supported: give the domain name as `domain`').optional(),
  capture: z.boolean('must be true or false').default(false),
  stream: z.enum(streams, streamRule).optional(),
})

function nameable(name: string, context: z.RefinementCtx) {
  if (name === '') context.addIssue('must not be blank')
  if ([...name].length > longestName) context.addIssue(`at most ${longestName} characters`)
  rule(checkUnicode)(name, context)
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name))
    context.addIssue('must be one line without control characters')
}

function senderDomain(text: string): { domain: string } | { fault: string } {
  const read = readDomain(text)
  const rule = 'must be a domain name such as example.com'
  return 'fault' in read ? { fault: `${rule}: ${read.fault}` } : read
}

function faultOf({ path, message }: z.core.$ZodIssue): Fault {
  const kind = message === required ? 'missing' : 'invalid'
  return { field: path.map(String).join('.'), rule: message, kind }
}
