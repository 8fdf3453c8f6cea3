import { describe, expect, it } from 'vitest'
import { startOutage } from './outage-rig.ts'

const refused = expect.stringContaining('connect ECONNREFUSED') as string

describe('a mail server that is killed, and started again', () => {
  it('under load shows in health, status and log to the second, and so does its return', async () => {
    const rig = await startOutage()
    const sent: string[] = []
    const load = async () => sent.push(await rig.send())
    const none = { depth: 0, oldest: 0 }

    await rig.shows({ ...well, ...none })
    while (rig.seconds() < 5) {
      await load()
      await rig.shows({ ...well, ...none })
      await rig.second()
    }
    expect(await rig.status()).toMatchObject({ code: 0, 'mail works': 'yes', waiting: '0' })
    expect(rig.log()).toEqual([])

    sent.push(await rig.killWhileSending())
    const trouble = [{ engine: 'smtp', kind: 'degraded', since: rig.timeAt(5), reason: refused }]
    const known = { status: 'degraded', valid: false, trouble }
    while (rig.seconds() < 40) {
      const passed = rig.seconds() - 5
      // Before the third email that is not taken it may still be an accident.
      await rig.shows({ ...(passed < 2 ? well : known), depth: passed + 1, oldest: passed })
      await rig.second()
      await load()
    }
    await rig.shows({ ...known, depth: 36, oldest: 35 })
    expect(await rig.status()).toMatchObject({
      code: 1,
      'mail works': 'no',
      'smtp degraded since': rig.timeAt(5),
      because: refused,
      waiting: '36',
      'oldest waits, s': '35',
    })
    const degraded = { level: 'warn', what: 'engine degraded', engine: 'smtp', reason: refused }
    const lines = [{ ...degraded, time: rig.timeAt(7), since: rig.timeAt(5) }]
    expect(rig.log()).toEqual(lines)

    await rig.restart()
    await load()
    await rig.shows({ ...well, depth: 36, oldest: 35 })
    // The mail works, and what waited goes as it comes due.
    for (let waiting = await rig.waiting(sent); waiting.length > 0;) {
      await rig.second()
      waiting = waiting.filter(({ until }) => until > rig.seconds())
      const oldest = waiting.map(({ since }) => rig.seconds() - since)
      await rig.shows({ ...well, depth: waiting.length, oldest: Math.max(0, ...oldest) })
    }
    expect(await rig.status()).toMatchObject({ code: 0, 'mail works': 'yes', waiting: '0' })
    const resumed = { level: 'info', what: 'engine resumed', engine: 'smtp' }
    expect(rig.log()).toEqual([...lines, { ...resumed, time: rig.timeAt(40) }])
    expect(rig.arrived()).toBe(sent.length)
  })

  it('shows at once where little is sent, and is asked every 30 seconds whether it is back', async () => {
    const rig = await startOutage()
    await rig.shows(well)
    await rig.second(60)
    await rig.kill()
    const sent = [await rig.send()]
    const known = { status: 'degraded', valid: false, trouble: [{ since: rig.timeAt(60) }] }
    while (rig.seconds() < 90) {
      const oldest = rig.seconds() - 60
      await rig.shows({ ...known, depth: 1, oldest })
      await rig.second()
    }

    await rig.restart()
    const [{ until } = { until: 0 }] = await rig.waiting(sent)
    // It is asked within 30; the answer takes real time, and so some of these seconds.
    while (rig.log().length < 2) {
      expect(rig.seconds()).toBeLessThan(150)
      await rig.second()
      await rig.shown()
    }
    expect(await rig.shown()).toMatchObject(well)
    await rig.second(Math.max(0, Math.ceil(until - rig.seconds())))
    await rig.shows({ ...well, depth: 0, oldest: 0 })
    expect(rig.log().map(({ what, time }) => ({ what, time }))).toMatchObject([
      { what: 'engine degraded', time: rig.timeAt(60) },
      { what: 'engine resumed' },
    ])
    expect(rig.arrived()).toBe(1)
  })

  it('does not keep anyone from changing other settings, only those of its engine', async () => {
    const { kill, postern } = await startOutage()
    await kill()
    const unrelated = await postern.run('settings', 'set', 'keepContentDays=3')
    expect(unrelated).toMatchObject({ code: 0 })
    const refused = await postern.run('settings', 'set', 'smtp.port=1')
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/ECONNREFUSED.*--force saves them anyway/)
    expect(await postern.run('settings', 'set', 'smtp.port=1', '--force')).toMatchObject({
      code: 0,
    })
  })
})

const well = { status: 'ok', valid: true, trouble: [] }
