import { awsBackend } from '../../../backends/aws/index.ts'
import { systemClock } from '../../../mail/clock.ts'
import { testUploads } from '../../conformance/uploads.ts'
import { startAwsFront } from '../../remote/aws-front.ts'
import { checkedSignatures } from '../../remote/presigned.ts'
import { onAws } from './emulated.ts'
import { accessTo } from './places.ts'

onAws('on AWS', (aws) =>
  testUploads('S3', async () => {
    const { secretAccessKey } = aws.access.credentials!
    const front = await startAwsFront(aws.access.endpoint!, [checkedSignatures(secretAccessKey)])
    const access = accessTo(front.endpoint)
    const backend = awsBackend(await aws.place(), { clock: systemClock, ...access })
    return {
      uploads: backend.uploads,
      async sendTo({ url, headers }, bytes) {
        const { ok } = await fetch(url, { method: 'PUT', headers, body: Buffer.from(bytes) })
        return ok
      },
      async close() {
        backend.close()
        await front.close()
      },
    }
  }),
)
