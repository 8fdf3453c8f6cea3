import { expect, it } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { openApi } from '../open-api.ts'

it('strangers are told of health from one look a second, however often they ask', async () => {
  const { postern, clock } = openApi()
  let looks = 0
  const hostFacts = async () => {
    looks += 1
    return { kind: 'machine' as const }
  }
  const app = createApp(postern, { access: 'keys', version: '1', hostFacts })
  const ask = async () => (await app.fetch(new Request('http://postern.test/v1/health'))).text()

  for (let second = 1; second <= 3; second++) {
    const answers = await Promise.all(Array.from({ length: 100 }, ask))
    expect(answers.every((one) => one.includes('"mailer"'))).toBe(true)
    expect(looks).toBe(second)
    await clock.advance(999)
    await ask()
    expect(looks).toBe(second)
    await clock.advance(1)
  }
})
