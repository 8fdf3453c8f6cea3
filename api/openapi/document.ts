import * as z from 'zod'
import {
  refusalsOf,
  surfaceOf,
  type DescribedAnswer,
  type Operation,
  type Surface,
} from './operation.ts'
import { ownOperations } from './own.ts'
import { resendOperations } from './resend.ts'
import { sendGridOperations } from './sendgrid.ts'
import { ownError, resendError, sendGridError } from './shapes.ts'

export const operations: readonly Operation[] = [
  ...resendOperations,
  ...sendGridOperations,
  ...ownOperations,
]

export const errors: Readonly<Record<Surface, z.ZodType>> = {
  Resend: resendError,
  SendGrid: sendGridError,
  Postern: ownError,
}

/**
 * The API as an OpenAPI 3.1 document, made from the schemas that check requests; the tests hold the
 * running app to the rest.
 *
 * @param version of Postern
 */
export function openApiDocument(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern',
      version,
      description:
        'Captures answer the APIs of Mailpit, MailHog and MailDev as well, below `/api`, `/view` and `/email`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tags.map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(
      [...new Set(operations.map(({ path }) => path))].map((path) => [
        path,
        Object.fromEntries(
          operations
            .filter((one) => one.path === path)
            .map((one) => [one.method, operationObject(one)]),
        ),
      ]),
    ),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      schemas: Object.fromEntries(
        Object.entries(errors).map(([name, schema]) => [`${name}Error`, jsonSchema(schema)]),
      ),
    },
  }
}

const tags: readonly (readonly [Surface, string])[] = [
  ['Resend', "Resend's wire format: its SDKs work with only the base URL changed."],
  ['SendGrid', "SendGrid's wire format: its libraries work with only the base URL changed."],
  ['Postern', "Postern's own endpoints."],
]

function operationObject(operation: Operation) {
  const { path, method, summary, needs, answer } = operation
  const content = requestContent(operation)
  const surface = surfaceOf(operation)
  return {
    operationId: [method, ...path.split(/[^A-Za-z0-9]+/).filter(Boolean)].join('_'),
    tags: [surface],
    summary,
    security: needs === 'nothing' ? [] : [{ key: [] }],
    parameters: parametersOf(operation),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      [answer.status]: answerObject(answer),
      ...Object.fromEntries(
        Object.entries(refusalsOf(operation)).map(([status, description]) => [
          status,
          { description, ...errorContent(surface) },
        ]),
      ),
      default: { description: 'Refused, or an internal error.', ...errorContent(surface) },
    },
  }
}

function requestContent({ body, takes, example }: Operation) {
  if (takes) return { [takes]: {} }
  const given = example !== undefined && { example }
  return body && { 'application/json': { schema: jsonSchema(body), ...given } }
}

/** What every route with a key takes. */
const projectHeader = {
  'X-Postern-Project': z.string().meta({
    description: 'The project to work in, for a key of all projects; `*`: all.',
  }),
}

function parametersOf({ path, needs, query = {}, headers = {} }: Operation) {
  const given = (where: string, parts: Readonly<Record<string, z.ZodType>>) =>
    Object.entries(parts).map(([name, schema]) => ({
      name,
      in: where,
      required: false,
      schema: jsonSchema(schema),
    }))
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return [
    ...inPath,
    ...given('query', query),
    ...given('header', { ...headers, ...(needs === 'nothing' ? {} : projectHeader) }),
  ]
}

function answerObject({ body, type, headers }: DescribedAnswer) {
  const schema = body ? jsonSchema(body) : undefined
  return {
    description: body || type ? 'Done.' : 'Done; the answer is empty.',
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, part]) => [name, { schema: jsonSchema(part) }]),
      ),
    }),
    ...(schema && { content: { 'application/json': { schema } } }),
    ...(type && { content: { [type]: {} } }),
  }
}

function errorContent(surface: Surface) {
  const schema = { $ref: `#/components/schemas/${surface}Error` }
  return { content: { 'application/json': { schema } } }
}

/** What may come in; what goes out says no less, and may say more one day. */
function jsonSchema(schema: z.ZodType) {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  })
  return rest
}
