/**
 * What `npm test` leaves to `npm run test:slow` and so to `.ci/run`, as globs: together it takes
 * longer than everybody would wait before each commit. A file is here for the reason above it.
 */
export const slowTests = [
  // An AWS account in an emulator that is theirs alone.
  'test/end-to-end/deploy.test.ts',
  'test/bench/verify-aws/emulated.test.ts',
  // Whole stacks: AWS's library alone takes a second to load.
  'test/lib/**/*.test.ts',
  'test/bench/monthly-cost.test.ts',
  // Every command of README and of the pages that it leads to.
  'test/pages/**/*.test.ts',
  // Postern killed, flooded, out of memory or packed, in processes of its own.
  'test/end-to-end/{backup,crash,flood,heavy-email,idempotency,naughty,pack,poison,webhooks}.test.ts',
  'test/backends/local/crash.test.ts',
  // Some thousand requests that are wrong.
  'test/api/mailpit/hostile.test.ts',
  // Whole Posterns that are started, and emails of 40 MB over SMTP.
  'test/end-to-end/{smtp-submission,start,swaks}.test.ts',
  'test/submission/server.test.ts',
  // Deadlines and leases in real time.
  'test/end-to-end/earlier-data.test.ts',
  'test/engines/smtp-in-thread.test.ts',
  'test/machine/{http-server,mailbox,spamd,web-proxies}.test.ts',
  // Eight test suites that wait for email at once.
  'test/end-to-end/parallel-inbox.test.ts',
  // Packages of others, which are installed apart.
  'test/end-to-end/inbox-clients.test.ts',
  'test/cli/template-build-mjml.test.ts',
  // Postfix, Exim and OpenSMTPD until they give up.
  'test/end-to-end/real-bounces.test.ts',
  // Processes that send spans to a collector.
  'test/machine/tracing/traces.test.ts',
  // 10,000 emails, and a tool that `.ci/run` unpacks later.
  'test/machine/metrics/{cardinality,promtool}.test.ts',
  // A million emails in virtual time.
  'test/bench/simulation/streams.test.ts',
  // Emails of 20 and 30 MB.
  'test/engines/large-raw.test.ts',
  'test/api/captured/read-aside.test.ts',
  'test/machine/compose-aside.test.ts',
  // Every rule with every engine, every endpoint with every project, every fault with every provider.
  'test/matrix/**/*.test.ts',
  'test/api/access/projects.test.ts',
  'test/engines/http-provider-faults.test.ts',
]

/** The others, which share an emulated account. */
export const slowOnAws = [
  'test/functions/{feedback,notify,notices-crash}.test.ts',
  'test/backends/aws/**/*.test.ts',
  'test/cli/stack.test.ts',
  'test/end-to-end/{lambda-runtime,send-memory}.test.ts',
]
