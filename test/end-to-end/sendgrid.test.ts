import { hosts } from './hosts.ts'
import { testSendGridLibrary } from './sendgrid-suite.ts'
import { sendGridVersions } from './sendgrid-versions.ts'

for (const { name, open } of hosts)
  for (const version of sendGridVersions)
    testSendGridLibrary(
      name,
      async () => {
        const { baseUrl, ...host } = await open()
        // As SendGrid's documentation has it, with a slash at the end.
        return { ...host, baseUrl: `${baseUrl}/` }
      },
      version,
    )
