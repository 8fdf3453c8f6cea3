import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { awsBackend } from '../../../backends/aws/index.ts'
import { systemClock } from '../../../mail/clock.ts'
import { testSettingsStore } from '../../conformance/settings-store.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
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
  }),
)
