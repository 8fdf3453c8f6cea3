import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SavedSettings } from '../../../../mail/settings/layers.ts'
import { awsBackend, type AwsBackend } from '../../../../backends/aws/index.ts'
import { systemClock } from '../../../../mail/clock.ts'
import { testSettingsStore } from '../../../conformance/settings-store.ts'
import { onAws } from '../emulated.ts'

onAws('on AWS', (aws) => {
  testSettingsStore('SSM', async () => {
    const place = await aws.place()
    const backend = awsBackend(place, { clock: systemClock, ...aws.access })
    const ssm = new SSMClient(aws.access)
    return {
      settings: backend.settings,
      // As `aws ssm put-parameter --overwrite` does.
      async edit(Value) {
        const Name = place.settingsParameter
        await ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }))
      },
      close() {
        backend.close()
        ssm.destroy()
      },
    }
  })

  describe('SSM, what the suite cannot see', () => {
    let backend: AwsBackend
    beforeEach(async () => {
      backend = await aws.backend()
    })
    afterEach(() => backend.close())

    async function save(settings: object, secrets: Record<string, string> = {}) {
      const { version } = await backend.settings.read()
      return backend.settings.write(settings as SavedSettings, secrets, version)
    }

    it('lets one of many saves win, whichever process they come from', async () => {
      const place = await aws.place()
      const open = () => awsBackend(place, { clock: systemClock, ...aws.access })
      const processes = [open(), open(), open()]
      await processes[0]!.settings.write({ engine: 'noop' }, {}, 'none')
      const { version } = await processes[1]!.settings.read()
      const saves = await Promise.all(
        [...processes, ...processes].map(({ settings }, i) =>
          settings.write({ replyTo: `${i}@own.test` }, {}, version),
        ),
      )
      const won = saves.filter((stored) => stored !== undefined)
      expect(won).toHaveLength(1)
      expect((await processes[2]!.settings.read()).settings).toEqual(won[0]!.settings)
      processes.forEach((one) => one.close())
    })

    it('takes texts that Parameter Store would read as a reference', async () => {
      const settings = { headers: { 'X-A': '{{ssm:other}} {{{' } }
      const stored = await save(settings, {
        'smtp.password': 'a{{b}}c',
        'sendgrid.apiKey': 'json:"',
      })
      expect(stored!.settings).toMatchObject(settings)
      expect((await backend.settings.read()).settings).toMatchObject(settings)
      const found = await backend.settings.readSecrets({ 'smtp.password': 1, 'sendgrid.apiKey': 1 })
      expect(found).toEqual({ 'smtp.password': 'a{{b}}c', 'sendgrid.apiKey': 'json:"' })
    })

    it('refuses a document above 8 KB in words, and keeps the one before', async () => {
      await save({ replyTo: 'x'.repeat(8_000) })
      await expect(save({ replyTo: 'x'.repeat(8_200) })).rejects.toThrow('a parameter holds 8192')
      expect((await backend.settings.read()).settings).toEqual({ replyTo: 'x'.repeat(8_000) })
      expect(await save({ replyTo: 'short' })).toBeDefined()
    })
  })
})
