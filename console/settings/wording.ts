/**
 * Better words than a path gives, where there are any. A setting that is not here still gets a
 * field: its label is made from its path and its rule from the schema.
 */
const labels: Readonly<Record<string, string>> = {
  'from.address': 'Default sender address',
  'from.name': 'Default sender name',
  fromPolicy: 'Who stands in From',
  localDomain: 'Domain of local addresses',
  replyTo: 'Reply-To',
  senderDomains: 'Domains that may stand in From',
  headers: 'Header fields',
  keepContentDays: 'Keep content for days',
  'retention.emailDays': 'Keep records for days',
  'retention.captureDays': 'Keep captures for days',
  'retention.contentDays': 'Keep content for days',
  'retention.eventDays': 'Keep events for days',
  'retention.auditDays': 'Keep the audit for days',
  'attachments.fetchUrls': 'Attachments by URL',
  'limits.requestsPerSecond': 'Requests per second',
  'noop.mode': 'What becomes of email',
  'practice.rules': 'Rules',
  'practice.rules.then': 'What becomes of the email',
  'practice.rules.to': 'Recipient',
  'practice.rules.retryAfterSeconds': 'Retry after seconds',
  'smtp.preset': 'Provider',
  'smtp.host': 'Server',
  'smtp.security': 'Encryption',
  'smtp.username': 'User name',
  'smtp.auth': 'Log in with',
  'smtp.oauth2.grant': 'Tokens by',
  'smtp.oauth2.tokenEndpoint': 'Token endpoint',
  'smtp.oauth2.tenant': 'Directory (tenant)',
  'smtp.oauth2.clientId': 'Client id',
  'smtp.oauth2.clientSecret': 'Client secret',
  'smtp.oauth2.refreshToken': 'Refresh token',
  'smtp.oauth2.privateKey': 'Key of the service account',
  'smtp.verifyCertificate': 'Check the certificate',
  'smtp.ca': 'Private CA',
  'smtp.heloName': 'Own name in EHLO',
  'dkim.domain': 'Signing domain',
  'sendgrid.sandbox': 'Sandbox mode',
  'ses.configurationSet': 'Configuration set',
  'ses.region': 'AWS Region',
  'ses.identityArn': 'Identity of another account',
  'ses.tenant': 'Tenant',
  'feedback.bounceDomain': 'Bounce domain',
  'feedback.ownEnvelopeSenders': 'Envelope senders of applications',
  'feedback.sendgrid.publicKey': 'SendGrid verification key',
  'feedback.imap.host': 'Mailbox: IMAP server',
  'feedback.imap.port': 'Mailbox: port',
  'feedback.imap.security': 'Mailbox: encryption',
  'feedback.imap.username': 'Mailbox: user name',
  'feedback.imap.auth': 'Mailbox: log in with',
  'feedback.imap.scope': 'Mailbox: scope of the tokens',
  'feedback.imap.folder': 'Mailbox: folder to read',
  'feedback.imap.moveTo': 'Mailbox: folder for understood reports',
  'feedback.imap.verifyCertificate': 'Mailbox: check the certificate',
  'feedback.imap.ca': 'Mailbox: private CA',
  'guardian.windowHours': 'Hours that rates are of',
  'guardian.leastRecipients': 'Least recipients for a rate',
  'guardian.bounces.warnPercent': 'Bounces: warn from percent',
  'guardian.bounces.holdPercent': 'Bounces: hold bulk from percent',
  'guardian.complaints.warnPercent': 'Complaints: warn from percent',
  'guardian.complaints.holdPercent': 'Complaints: hold bulk from percent',
  'delivery.ratePerSecond': 'Recipients per second',
  'delivery.giveUpAfterHours': 'Give up after hours',
  'delivery.onAmbiguous': 'When in doubt',
  'safety.allow': 'Who may get real mail',
  'safety.otherwise': 'Everyone else',
  'safety.redirectTo': 'Redirect to',
  'smtp.password': 'Password',
  'dkim.privateKey': 'Private key',
  'feedback.key': 'Key of bounce addresses',
  'feedback.imap.password': 'Mailbox: password',
}

/** Rules that the schema checks with code or a pattern. */
const rules: Readonly<Record<string, string>> = {
  'from.address': 'One address, without a name',
  'from.name': 'Plain text, at most 256 bytes',
  localDomain: 'One domain, such as example.com',
  replyTo: 'One address, without a name',
  senderDomains: 'One domain per line, such as example.com; at most 1,000',
  headers: 'One per line, such as “X-Team: billing”',
  'smtp.host': 'A host name or an IP address',
  'smtp.heloName': 'A host name or an IP address',
  'smtp.ca': 'PEM, beginning with -----BEGIN CERTIFICATE-----',
  'smtp.oauth2.tokenEndpoint': 'An https URL',
  'smtp.oauth2.tenant': 'Its id or its domain',
  'smtp.oauth2.privateKey': 'An RSA key, PEM, or the JSON file of Google',
  'dkim.domain': 'A domain name in lower case',
  'dkim.selector': 'A domain name in lower case, usually one word',
  'feedback.bounceDomain': 'A domain name in lower case',
  'feedback.sendgrid.publicKey': 'As SendGrid shows it under Signed Event Webhook',
  'feedback.imap.host': 'A host name or an IP address; empty: no mailbox',
  'feedback.imap.ca': 'PEM, beginning with -----BEGIN CERTIFICATE-----',
  'ses.configurationSet': 'Letters, digits, _ and -, at most 64',
  'ses.region': 'An AWS Region, such as eu-west-1',
  'ses.identityArn': 'The ARN of an SES identity',
  'ses.tenant': 'Letters, digits, _ and -, at most 64',
  'safety.allow':
    'One per line: an address, @example.com for a domain or @*.example.com for its subdomains; at most 1,000',
  'safety.redirectTo': 'One address, without a name',
  'dkim.privateKey': 'An RSA key, PEM',
}

/** What the values of a choice mean. */
export const choices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'noop.mode': { capture: 'Keep it in the inbox', discard: 'Drop it, with a record in the log' },
  'practice.rules.then': {
    defer: 'Deferred: tried again later',
    reject: 'Rejected: it fails',
    block: 'Blocked: it waits',
    hold: 'Held for a person',
    delay: 'Captured, then delayed',
    bounce: 'Captured, then bounced',
    complain: 'Captured, then complained about',
  },
  'smtp.security': {
    tls: 'TLS from the first byte',
    starttls: 'STARTTLS, required',
    opportunistic: 'STARTTLS when offered',
    none: 'Never encrypted',
  },
  'feedback.ownEnvelopeSenders': {
    keep: 'They stay, and bounces go there',
    replace: 'Bounces come to Postern',
  },
  'feedback.imap.security': {
    tls: 'TLS from the first byte',
    starttls: 'STARTTLS, required',
    none: 'Never encrypted',
  },
  'feedback.imap.auth': { password: 'A password', oauth2: 'Access tokens, as for SMTP' },
  'smtp.auth': { password: 'A password', oauth2: 'Access tokens (OAuth 2.0)' },
  'smtp.oauth2.grant': {
    refreshToken: 'A refresh token',
    clientCredentials: 'A client secret (Microsoft 365)',
    serviceAccount: 'A service account (Google Workspace)',
  },
  'delivery.onAmbiguous': {
    retry: 'Send again, at the risk of a second copy',
    hold: 'Hold it for a person',
  },
  'safety.otherwise': {
    capture: 'Capture their mail',
    redirect: 'Redirect their mail',
    drop: 'Drop their mail, with a record',
  },
}

export function labelOf(path: string): string {
  const [, project, own] = inProject.exec(path) ?? []
  if (project) return own ? labelOf(own) : `Project ${project}`
  return labels[path] ?? sentence(path.split('.').at(-1)!)
}

/** What is allowed, in better words than the schema's, where there are any. */
export function ruleFor(path: string): string | undefined {
  return rules[inProject.exec(path)?.[2] ?? path]
}

/** What a project has of its own is named as for all. */
const inProject = /^projects\.([^.]+)(?:\.(.+))?$/

/** `ratePerSecond` as "Rate per second", `apiKey` as "API key". */
function sentence(key: string): string {
  const words = key.replace(/([A-Z])/g, ' $1').toLowerCase()
  return words
    .replace(/^(api|url|id)\b/, (short) => short.toUpperCase())
    .replace(/^./, (first) => first.toUpperCase())
}
