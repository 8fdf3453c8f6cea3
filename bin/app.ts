import { App } from 'aws-cdk-lib'
import { readContext } from '../lib/context.ts'
import { PosternStack } from '../lib/postern-stack.ts'

try {
  const app = new App()
  const props = readContext(app.node)
  new PosternStack(app, `Postern-${props.stage}`, props)
} catch (error) {
  // Its words are for the person who deploys.
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
