import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { encodedMailbox } from '../../mail/compose/encoded-mailbox.ts'
import { domainOf } from '../../mail/email/address.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { settingsIn } from '../../mail/settings/in-project.ts'
import type { Settings } from '../../mail/settings/settings.ts'
import { fitTags } from '../http/tags.ts'

/**
 * What SES takes, whatever else pages say: of a value with a dot it refuses the whole email.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html: 50 an email.
 */
const tagRules = { unfit: /[^\w-]/g, most: 50, longest: 255 }

/** https://docs.aws.amazon.com/ses/latest/dg/quotas.html: the others go with the next request. */
export const mostRecipients = 50

/**
 * The request for an email. With raw content, Destination alone is the envelope and the header stays
 * as composed; Bcc is the one list that shows no address. FromEmailAddress replaces the From header,
 * name and all, so it says the same. SES chooses MAIL FROM itself and passes bounces on to the
 * address in FeedbackForwardingEmailAddress.
 */
export async function inputOf(parcel: Parcel, settings: Settings) {
  const { ses } = settingsIn(settings, parcel.project)
  const { from, envelope, tags, id } = parcel
  return {
    FromEmailAddress: encodedMailbox(from),
    ...(mayGetBounces(parcel) && { FeedbackForwardingEmailAddress: envelope.from }),
    Destination: { BccAddresses: envelope.to.slice(0, mostRecipients) },
    Content: { Raw: { Data: await parcel.composed() } },
    EmailTags: fitTags(id, tags, tagRules).map(([Name, Value]) => ({ Name, Value })),
    ...(ses.configurationSet && { ConfigurationSetName: ses.configurationSet }),
    ...(ses.identityArn && { FromEmailAddressIdentityArn: ses.identityArn }),
    ...(ses.tenant && { TenantName: ses.tenant }),
  } satisfies SendEmailCommandInput
}

/**
 * SES refuses an email whose bounces go to an address it has not verified: only those are named that
 * belong to the sender, or that the From policy chose.
 */
function mayGetBounces({ from, sender, envelope }: Parcel): boolean {
  const [own, other] = [domainOf(from.address), domainOf(envelope.from)]
  if (envelope.from === '' || envelope.from === from.address) return false
  return envelope.from === sender?.address || other === own || other.endsWith(`.${own}`)
}
