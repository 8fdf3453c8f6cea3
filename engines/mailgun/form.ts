import type { Parcel } from '../../mail/email/parcel.ts'

/** Recipients of one request. */
const mostRecipients = 1_000

/** Tags of one email. */
const mostTags = 10

/**
 * The request that hands over an email as MIME: who gets it, the bytes as a file, and its
 * categories as tags. Mailgun takes the recipients from here alone; the header stays as it is.
 */
export async function formOf(parcel: Parcel) {
  const { id, envelope } = parcel
  // The content was written before the id was made, so it does not hold it.
  const boundary = `postern-${id}`
  const to = envelope.to.slice(0, mostRecipients)
  const fields = [
    ...to.map((address) => field('to', address)),
    ...categoriesOf(parcel).map((tag) => field('o:tag', tag)),
    'Content-Disposition: form-data; name="message"; filename="message.eml"\r\n' +
      'Content-Type: message/rfc822\r\n\r\n',
  ]
  const head = fields.map((text) => `--${boundary}\r\n${text}`).join('\r\n')
  const message = await parcel.composed()
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), message, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    left: envelope.to.slice(mostRecipients),
  }
}

/** RFC 7578: a value stands as it is, and none of these has a line break. */
function field(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`
}

/** ASCII of up to 128 characters, each once. */
function categoriesOf({ tags }: Parcel): string[] {
  const values = tags.filter(({ name }) => name === 'category').map(({ value }) => value)
  return [...new Set(values.filter((value) => /^[\x20-\x7e]{1,128}$/.test(value)))].slice(
    0,
    mostTags,
  )
}
