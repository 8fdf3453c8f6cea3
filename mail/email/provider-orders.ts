/**
 * Header fields in which providers and relays take orders: other recipients, another account's
 * settings, another address for bounces. Postern gives these itself where it gives any, so those that
 * a caller brings are taken out of all that leaves. The operator's own, in the setting `headers`,
 * stay.
 *
 * Not here: `Resent-*` (RFC 5322 section 3.6.6). Like To they are read for recipients only by programs
 * that were told to (`sendmail -t`), and say who sent an email on; only Resent-Bcc is taken out.
 *
 * @param name in any case
 */
export function isProviderOrder(name: string): boolean {
  return addressingOrder.test(name) || otherOrder.test(name)
}

/** The headers of a caller without those that give orders to a provider. */
export function withoutOrders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isProviderOrder(name)))
}

/** Of those, the ones that can change who gets the email: a request with one of them is refused. */
export const addressingOrder = new RegExp(
  `^x-(${[
    // SendGrid (`to`), and providers that copied it: docs.sendgrid.com, "Building an X-SMTPAPI header".
    'smtpapi$',
    'sg-',
    // Amazon SES: another identity's authority, configuration set and tags.
    'ses-',
    // SparkPost (`cc`, `bcc`, `archive`): developers.sparkpost.com/api/smtp.
    'msys-api$',
    // Mandrill: mailchimp.com/developer, "Customize messages with SMTP headers".
    'mc-bccaddress$',
    // MailerQ, in place of RCPT TO: mailerq.com/documentation/5.10/mime-headers.
    'mq-envelope$',
  ].join('|')})`,
  'i',
)

/** Each of these prefixes is one product's own. */
const otherOrder = new RegExp(
  `^x-(${[
    ...['mc', 'mandrill'],
    // Also X-Mailgun-Recipient-Variables: documentation.mailgun.com, "Pass sending options".
    'mailgun',
    // Postmark: X-PM-Message-Stream, X-PM-Bounce-Type.
    'pm',
    // Mailjet: X-MJ-TemplateErrorReporting names an address.
    ...['mj', 'mailjet'],
    // Brevo: X-Mailin-IP, X-Sib-Sandbox.
    ...['mailin', 'sib'],
    // SparkPost, Campaign Monitor, MailerSend, Alibaba Direct Mail, SMTPeter, Contactlab.
    ...['msys', 'cmail', 'mailersend', 'alidm', 'smtpeter', 'clab-smartrelay'],
    // MailerQ (X-MQ-Smarthost-*), GreenArrow, PowerMTA.
    ...['mq', 'greenarrow', 'virtual'],
  ].join('|')})-`,
  'i',
)
