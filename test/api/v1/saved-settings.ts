import { said, type Json, type OpenApi } from '../open-api.ts'

export const put = (api: OpenApi, body: object): Promise<[number, Json]> =>
  said(api.fetch('/v1/settings', { method: 'PUT', body: JSON.stringify(body) }))

/** Asks for what was saved with this on top, against the current version. */
export async function save(api: OpenApi, settings: object, rest: object = {}) {
  const { saved, version } = await api.read('/v1/settings')
  return put(api, { settings: { ...(saved as object), ...settings }, version, ...rest })
}
