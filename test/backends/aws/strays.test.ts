import { testStrays } from '../../conformance/strays.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testStrays('S3', async () => {
    const backend = await aws.backend()
    return { strays: backend.strays, close: () => backend.close() }
  }),
)
