import type { Note } from './settings-note.ts'
import { retentionNotes } from './retention-notes.ts'

const mailbox = 'one address, without a name'

const shareInWords =
  'With 4 and 1, of five recipients four are of transactional emails while both streams wait. Counts from the next email on.'

const passwordGuard =
  'Changing it asks for the secret `smtp.password` again, so that a stored password cannot be redirected to another server.'

/** By the path of the setting, in no order: the schema gives it. */
export const notes: Readonly<Record<string, Note>> = {
  engine: {
    example: ['ses', 'smtp'],
    more: 'In a list the next engine is tried, in the same attempt and for the recipients that remain, when one defers the email or is blocked. With a lock on `noop` nothing can be sent, whatever is saved.',
  },
  'from.address': { example: 'no-reply@example.com', values: mailbox },
  'from.name': { example: 'Example', values: 'plain text, at most 256 bytes' },
  fromPolicy: {
    example: 'onBehalf',
    more: '`onBehalf` and `default` need `from.address`. An email without a From gets the default identity under every policy.',
  },
  senderDomains: {
    example: ['example.com', 'mail.example.com'],
    values: 'at most 1,000 domain names',
    more: 'A subdomain is a domain of its own. An email from elsewhere is refused with 403, by SMTP with 550. With `fromPolicy` set to `default` it is the domain of `from.address` that counts.',
  },
  ...retentionNotes,
  projects: {
    example: {
      shop: {
        from: { address: 'orders@shop.example.com', name: 'Shop' },
        senderDomains: ['shop.example.com'],
        ses: { configurationSet: 'shop', tenant: 'shop' },
      },
      blog: {},
    },
    values: 'an object of at most 50 projects, named with 1 to 40 of the characters a-z, 0-9 and -',
    more: 'An API key belongs to one project or to all; it sees, changes and counts that alone: [projects](projects.md). `default` is always there and may stand here too. `senderDomains` of a project are some of those of the deployment. A project is not removed while emails of it wait.',
  },
  'feedback.events': {
    example: 'all',
    more: 'For a program that follows `GET /v1/events` and wants to hear of every email. On AWS each of these events is a write unit of DynamoDB more.',
  },
  'attachments.fetchUrls': {
    example: true,
    more: 'https only, at most 40 MB after base64 and 25 s for a request. The name in the URL is resolved once, and nothing is fetched unless all its addresses belong to the public internet; redirects are not followed. Off, an email that names a URL is refused.',
  },
  'limits.requestsPerSecond': {
    example: 20,
    unit: 'requests per second',
    more: 'Any more are answered with 429 and `retry-after`. Counted in each process: on one machine that is the limit; on AWS each instance of the api function counts for itself, and the throttling of API Gateway bounds them together. A batch is one request. Where no key is needed nothing is counted.',
  },
  localDomain: {
    example: 'example.com',
    values: 'one domain name',
    more: 'Cron, PHP and Django name such addresses by themselves. Without it, a sender such as `root@web1` gives way to MAIL FROM or to `from.address`; a recipient is refused.',
  },
  replyTo: { example: 'support@example.com', values: mailbox },
  headers: {
    example: { 'X-Team': 'billing' },
    values:
      'field names and values; names that Postern or the transport writes itself are refused, and so are line breaks',
  },
  keepContentDays: {
    example: 30,
    unit: 'days',
    more: 'At 0 the content is gone once an engine accepted the email. Held and failed email keeps its content in any case. `postern start` has 7 unless `POSTERN_DEFAULTS` says otherwise.',
  },
  'noop.mode': { example: 'discard' },
  'practice.rules': {
    example: [
      { then: 'bounce', to: 'gone@example.com' },
      { then: 'defer', chance: 0.1, times: 2, note: 'a slow provider' },
    ],
    values:
      'at most 20 rules: `then` (`defer`, `reject`, `block`, `hold`, `delay`, `bounce`, `complain`), `to`, `project`, `chance`, `times`, `retryAfterSeconds`, `reply`, `note`',
    more: '[Failure practice](engines/noop.md#failure-practice) tells what each of them does.',
  },
  'smtp.preset': {
    example: 'postmark',
    values: 'a name of the table below',
    more: `A host, port or security that contradicts it is refused. ${passwordGuard}`,
  },
  'smtp.host': { example: 'mail.example.com', more: passwordGuard },
  'smtp.port': { example: 465, beside: { security: 'tls' }, more: passwordGuard },
  'smtp.security': {
    example: 'tls',
    beside: { port: 465 },
    values:
      '`tls` (from the first byte), `starttls` (required), `opportunistic` (STARTTLS when offered), `none`',
    more: 'Changing it to a weaker one, in the order given here, asks for the secret `smtp.password` again.',
  },
  'smtp.username': {
    example: 'postern',
    more: `The password is the secret \`smtp.password\`. ${passwordGuard}`,
  },
  'smtp.auth': {
    example: 'oauth2',
    beside: {
      username: 'app@example.com',
      oauth2: { clientId: '00000000-0000-0000-0000-000000000000' },
    },
    more: 'How to set it up for Microsoft 365 and Google: [access tokens](engines/smtp-oauth2.md).',
  },
  'smtp.oauth2.grant': {
    example: 'clientCredentials',
    values: '`refreshToken`, `clientCredentials`, `serviceAccount`',
    more: 'The secrets are `smtp.oauth2.refreshToken` (and `smtp.oauth2.clientSecret` where the application has one), `smtp.oauth2.clientSecret`, and `smtp.oauth2.privateKey`.',
  },
  'smtp.oauth2.tokenEndpoint': {
    example: 'https://login.example.com/oauth2/token',
    values: 'an https URL',
    more: 'Its certificate is always checked; `smtp.ca` counts there too. Changing it asks for the secrets again.',
  },
  'smtp.oauth2.tenant': {
    example: 'example.onmicrosoft.com',
    values: 'a directory id or a domain',
    more: 'Needed with the preset `microsoft-365`. Changing it asks for the secrets again.',
  },
  'smtp.oauth2.clientId': { example: 'app-1' },
  'smtp.oauth2.scope': { example: 'https://mail.google.com/' },
  'smtp.verifyCertificate': {
    example: false,
    more: 'Switching it off asks for the secret `smtp.password` again. For a private CA set `smtp.ca` instead.',
  },
  'smtp.ca': {
    example: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n',
    more: 'Setting another one asks for the secret `smtp.password` again.',
  },
  'smtp.heloName': {
    example: 'app.example.com',
    more: 'Without it the full name of the machine, as `hostname -f` tells it; without that its address in brackets.',
  },
  'dkim.domain': {
    example: 'example.com',
    beside: { selector: 'postern' },
    values: 'a domain name',
    more: 'Needs `dkim.selector`, and the RSA key as the secret `dkim.privateKey` (PEM). Amazon SES and the providers with an API sign by themselves.',
  },
  'dkim.selector': {
    example: 'postern',
    beside: { domain: 'example.com' },
    values: 'a domain name, usually one word',
    more: 'Needs `dkim.domain`.',
  },
  'feedback.bounceDomain': {
    example: 'bounces.example.com',
    values: 'a domain name',
    more: 'A subdomain of the domain in From keeps SPF aligned. It needs an MX record that leads to Postern, and an SPF record that names the relay: see [returned email](returned-mail.md). When it is saved, Postern makes the secret `feedback.key`, by which it knows its own addresses.',
  },
  'feedback.ownEnvelopeSenders': {
    example: 'replace',
    more: 'A null sender (`<>`) stays in any case.',
  },
  'feedback.imap.host': {
    example: 'imap.gmail.com',
    values: 'a host name or an IP address',
    more: 'Its password is the secret `feedback.imap.password`. See [returned email](returned-mail.md#from-a-mailbox). Setting another one asks for the secret again.',
  },
  'feedback.imap.port': { example: 993 },
  'feedback.imap.security': { example: 'starttls' },
  'feedback.imap.username': { example: 'postern@example.com' },
  'feedback.imap.auth': {
    example: 'oauth2',
    more: 'With `oauth2` the application of `smtp.oauth2` needs the right to read the mailbox.',
  },
  'feedback.imap.scope': { example: 'https://outlook.office.com/IMAP.AccessAsUser.All' },
  'feedback.imap.folder': { example: 'Bounces' },
  'feedback.imap.moveTo': { example: 'Reports' },
  'feedback.imap.verifyCertificate': { example: false },
  'feedback.imap.ca': {
    example: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n',
  },
  'feedback.sendgrid.publicKey': {
    example:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
    values: 'a public key, as SendGrid shows it under Signed Event Webhook',
    more: '`postern feedback setup sendgrid` writes it.',
  },
  'sendgrid.region': {
    example: 'eu',
    more: 'The API key is the secret `sendgrid.apiKey`.',
  },
  'sendgrid.sandbox': { example: true },
  'postmark.messageStream': {
    example: 'broadcast',
    values: 'the ID of a message stream, as Postmark shows it',
    more: 'The server token is the secret `postmark.serverToken`.',
  },
  'mailgun.domain': {
    example: 'mg.example.com',
    values: 'a domain name',
    more: 'The API key is the secret `mailgun.apiKey`.',
  },
  'mailgun.region': { example: 'eu' },
  'ses.configurationSet': {
    example: 'transactional',
    values: 'letters, digits, `_` and `-`, at most 64',
  },
  'ses.region': {
    example: 'eu-west-1',
    values: 'an AWS Region',
    more: 'Identities, configuration set and production access are those of that Region. A deployment in AWS may send from a Region that it was deployed for: the option `ses`.',
  },
  'ses.identityArn': {
    example: 'arn:aws:ses:eu-west-1:111122223333:identity/example.com',
    values: 'the ARN of an SES identity',
    more: 'The policy of that identity has to let this account send.',
  },
  'ses.tenant': {
    example: 'customer-4711',
    values: 'letters, digits, `_` and `-`, at most 64',
    more: 'SES counts and, if need be, pauses each tenant by itself. The identity and the configuration set have to be resources of the tenant.',
  },
  'delivery.ratePerSecond': {
    example: 14,
    unit: 'recipients per second',
    more: 'An email with three recipients counts as three.',
  },
  'delivery.giveUpAfterHours': {
    example: 6,
    unit: 'hours, fractions allowed',
    more: 'Counted from when the email was due or last retried by a person. An email that waited this long for a blocked engine is held instead of failed.',
  },
  'delivery.onAmbiguous': {
    example: 'hold',
    more: 'A second copy carries the same Message-ID. After two more copies to one recipient the email is held all the same. A single email can ask for the other behaviour.',
  },
  'streams.usual': {
    example: 'bulk',
    more: 'An email says it itself with `stream` or the header `X-Postern-Stream`; a key may have a stream of its own. `projects.<name>.stream` says it for one project. `docs/streams.md` tells what streams are for.',
  },
  'guardian.windowHours': {
    example: 24,
    unit: 'hours',
    more: 'A complaint counts for the hour in which its email was sent. `docs/guardian.md` tells what counts.',
  },
  'guardian.leastRecipients': { example: 1_000, unit: 'recipients' },
  'guardian.bounces.warnPercent': { example: 1, unit: 'percent' },
  'guardian.bounces.holdPercent': {
    example: 3,
    unit: 'percent',
    more: 'Bulk email of that project and sender domain waits, for three days at most, until the rate is below what is warned of or a person lets it go on.',
  },
  'guardian.complaints.warnPercent': { example: 0.03, unit: 'percent' },
  'guardian.complaints.holdPercent': { example: 0.1, unit: 'percent' },
  'streams.paused': {
    example: [{ stream: 'bulk', domain: 'example.com', reason: 'complaints' }],
    values:
      'at most 20 objects with `stream`, `domain` (`null`: all of a stream), and who paused it, when and why (`by`, `at`, `reason`)',
    more: 'What is paused waits, without an attempt, for 72 hours at most; then it is held. The whole bulk stream can be paused, transactional email only domain by domain. `docs/streams.md` tells how to pause and resume.',
  },
  'streams.share.transactional': { example: 9, unit: 'a weight', more: shareInWords },
  'streams.share.bulk': { example: 2, unit: 'a weight', more: shareInWords },
  'unsubscribe.baseUrl': {
    example: 'https://mail.example.com',
    values: 'an https URL that leads to this Postern from outside',
    more: '[Unsubscribing](unsubscribe.md) tells what emails get, and which address of a deployment to name here.',
  },
  'unsubscribe.lists': {
    example: { news: { name: 'Newsletter' } },
    values: 'at most 200 lists; `name` and `description` are plain text',
    more: 'An email may name a list that is not here: the page then shows the name that the email gave.',
  },
  'safety.allow': {
    example: ['qa@example.com', '@staging.example.com'],
    values: 'at most 1,000 addresses and domains',
    more: '`null`, not an empty list, lets everyone through; an empty list lets no one through. `@*.example.com` means subdomains, not `example.com` itself.',
  },
  'safety.otherwise': {
    example: 'drop',
    more: '`redirect` needs `safety.redirectTo`. What is dropped leaves a record.',
  },
  'safety.redirectTo': { example: 'qa@example.com', values: mailbox },
  secrets: {
    example: { 'smtp.password': 3 },
    values: 'versions, by the name of the secret',
    more: 'Shown, not set: a save ignores it. Secrets are write-only; save one with the settings and the next version becomes active.',
  },
}
