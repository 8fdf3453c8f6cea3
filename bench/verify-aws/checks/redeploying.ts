import type { Check } from '../check.ts'
import { captureOfNext } from './capturing.ts'

export const otherRegion: Check = {
  name: 'the same stage can be deployed into a second Region of the account',
  expected: 'deployed, and destroyed again',
  needs: ['aws', 'secondRegion'],
  async run({ stages, secondRegion }) {
    const { stack } = await stages.deploy('staging', secondRegion)
    await stages.destroy('staging', secondRegion)
    return { isOk: true, seen: `${stack} in ${secondRegion}` }
  },
}

export const deployAgain: Check = {
  name: 'staging can be destroyed and deployed again',
  expected: 'deployed under the same names, and it captures',
  needs: [],
  when: 'last',
  async run({ stages }) {
    await stages.destroy('staging')
    const staging = await stages.deploy('staging')
    if (!staging.url) return { isOk: true, seen: 'deployed; without an HTTP API to ask' }
    return captureOfNext(staging, 'again@example.com')
  },
}
