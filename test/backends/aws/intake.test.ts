import { noon } from '../../conformance/email-samples.ts'
import { testIntake } from '../../conformance/intake.ts'
import { onAws } from './emulated.ts'
import { takeAll } from './taken.ts'

onAws('on AWS', (aws) => {
  testIntake('AWS', async () => {
    const virtual = await aws.virtual()
    const { backend, clock, pass, close } = virtual
    const { intake, emails, blobs } = backend
    return {
      intake,
      emails,
      blobs,
      async receive() {
        await pass(noon + 7 * 86_400_000 - clock.now())
        return (await takeAll(virtual)).map(({ job }) => job)
      },
      close,
    }
  })
})
