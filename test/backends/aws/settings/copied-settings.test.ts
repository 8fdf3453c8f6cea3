import { expect, it } from 'vitest'
import { apiHost } from '../../../../backends/aws/api-host.ts'
import { calm, meddleAlways, refused } from '../faults/meddling.ts'
import { onAws } from '../emulated.ts'
import { accessTo } from '../places.ts'
import { posternOf, wholeAws } from '../whole.ts'

onAws('on AWS', (aws) =>
  it('a process that starts while Parameter Store throttles accepts by the last document, and sends by none', async () => {
    const whole = await wholeAws(await aws.virtual())
    const { clock, place, front } = whole
    const start = () => apiHost(place, { clock, ...accessTo(front.endpoint) }).postern
    expect((await start().inForce.current()).settings.engine).toBe('smtp')

    meddleAlways(whole, 'GetParameter', refused('ThrottlingException'))
    const late = start()
    const { settings, faults } = await late.inForce.current()
    expect([settings.engine, settings.smtp.port, faults]).toEqual(['smtp', whole.smtp.port, []])
    const sending = posternOf(whole.another(), clock)
    await expect(sending.inForce.current()).rejects.toThrow('cannot be read')

    calm(whole)
    await whole.configure({ engine: 'disabled' })
    await clock.advance(10_000)
    expect((await late.inForce.current()).settings.engine).toBe('disabled')
    meddleAlways(whole, 'GetParameter', refused('ThrottlingException'))
    expect((await start().inForce.current()).settings.engine).toBe('disabled')
    await whole.close()
  }, 60_000),
)
