import { describe, expect, it } from 'vitest'
import { openApi, said, text } from '../open-api.ts'

const hour = 3_600_000

describe('GET /v1/stats', () => {
  it('tells what settled in each hour up to the current one, and in all', async () => {
    const api = openApi()
    const cancel = async () => {
      const answer = await api.post(`/v1/emails/${await api.send()}/cancel`)
      expect(answer.status).toBe(200)
    }
    await cancel()
    await api.clock.advance(2 * hour + 30_000)
    await cancel()
    await cancel()
    expect(await api.read('/v1/stats?hours=4')).toEqual({
      hours: [
        { at: '2025-12-31T23:00:00.000Z', settled: {}, told: {} },
        { at: '2026-01-01T00:00:00.000Z', settled: { canceled: 1 }, told: {} },
        { at: '2026-01-01T01:00:00.000Z', settled: {}, told: {} },
        { at: '2026-01-01T02:00:00.000Z', settled: { canceled: 2 }, told: {} },
      ],
      totals: { canceled: 3 },
      told: {},
    })
    expect((await api.read('/v1/stats?hours=2'))['totals']).toEqual({ canceled: 2 })
  })

  it('tells of the last 24 hours unless asked for others, a month at most', async () => {
    const api = openApi()
    expect((await api.read('/v1/stats'))['hours']).toHaveLength(24)
    expect((await api.read('/v1/stats?hours=720'))['hours']).toHaveLength(720)
  })

  it.each(['0', '721', '-1', '1.5', 'x', ''])('refuses %j hours', async (hours) => {
    const [status, { error }] = await said(openApi().fetch(`/v1/stats?hours=${hours}`))
    expect([status, error.errors]).toEqual([422, [{ path: 'hours', rule: text }]])
  })
})
