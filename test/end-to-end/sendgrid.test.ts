import { hosts } from './hosts.ts'
import { testSendGridLibrary } from './sendgrid-suite.ts'

for (const { name, open } of hosts)
  testSendGridLibrary(name, async () => {
    const { baseUrl, ...host } = await open()
    // As SendGrid's documentation has it, with a slash at the end.
    return { ...host, baseUrl: `${baseUrl}/` }
  })
