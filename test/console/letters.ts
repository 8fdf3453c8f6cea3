/** What applications write to people: enough of it that a page full of email looks like one. */
interface Letter {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments?: readonly { filename: string; content: string; content_type: string }[]
}

const people = ['ann', 'bob', 'carla', 'dmitri', 'emeka', 'fatima', 'goran', 'hana', 'ivo', 'june']
const places = ['example.com', 'example.org', 'mail.example.net']

/** The n-th letter; the same every time. */
export function letter(n: number): Letter {
  const who = people[(n * 7) % people.length]!
  const to = `${who}@${places[(n * 5) % places.length]!}`
  return { ...kinds[(n * 3) % kinds.length]!(who, n), to }
}

type Kind = (who: string, n: number) => Omit<Letter, 'to'>

const kinds: readonly Kind[] = [
  (who, n) => {
    const code = String(100_000 + ((n * 7_919) % 900_000))
    return {
      from: 'Harbour <no-reply@harbour.example>',
      subject: `Your sign-in code is ${code}`,
      text: `Hello ${name(who)},\n\nyour code is ${code}. It is valid for ten minutes.\n`,
      html: page(`Hello ${name(who)},`, [
        'Enter this code to sign in. It is valid for ten minutes.',
        `<strong style="font-size:30px;letter-spacing:6px">${code}</strong>`,
        'If you did not ask for it, you need not do anything.',
      ]),
    }
  },
  (who, n) => ({
    from: 'Harbour Shop <orders@harbour.example>',
    subject: `Receipt for order ${4_000 + n}`,
    text: `Thank you, ${name(who)}. Your order ${4_000 + n} is on its way.\n\nhttps://harbour.example/orders/${4_000 + n}\n`,
    html: page(
      `Thank you, ${name(who)}`,
      [
        `Your order ${4_000 + n} is on its way and arrives on Thursday.`,
        table([
          ['Oak desk lamp', '€ 48.00'],
          ['Linen notebook, 2 ×', '€ 23.80'],
          ['Shipping', '€ 4.90'],
          ['Total', '€ 76.70'],
        ]),
      ],
      ['Follow your parcel', `https://harbour.example/orders/${4_000 + n}`],
    ),
    attachments: [
      {
        filename: `receipt-${4_000 + n}.pdf`,
        content: Buffer.from('%PDF-1.4 a receipt, for show\n'.repeat(900)).toString('base64'),
        content_type: 'application/pdf',
      },
    ],
  }),
  (who, n) => ({
    from: 'Mira at Harbour <mira@harbour.example>',
    subject: `${name(who)}, you are invited to the team “Lighthouse”`,
    text: `Mira invites you.\n\nhttps://harbour.example/join/${(n * 99_991).toString(36)}\n`,
    html: page(
      'Come on board',
      [`Mira invites you to work on “Lighthouse” together. The invitation is good for a week.`],
      ['Accept the invitation', `https://harbour.example/join/${(n * 99_991).toString(36)}`],
    ),
  }),
  (who, n) => ({
    from: 'Harbour <no-reply@harbour.example>',
    subject: 'Reset your password',
    text: `Hello ${name(who)},\n\nhttps://harbour.example/reset/${(n * 77_773).toString(36)}\n`,
    html: page(
      'Reset your password',
      [`Hello ${name(who)}, someone asked for a new password for your account.`],
      ['Choose a new password', `https://harbour.example/reset/${(n * 77_773).toString(36)}`],
    ),
  }),
  (_who, n) => ({
    from: 'Harbour Weekly <news@harbour.example>',
    subject: `Harbour Weekly, issue ${40 + (n % 12)}`,
    text: 'What happened on the water this week.\n\nhttps://harbour.example/weekly\n',
    html: page(
      'What happened on the water this week',
      [
        '<img src="https://images.harbour.example/harbour.jpg" width="520" height="200" alt="The harbour at dawn" style="background:#dbe7e5;display:block">',
        'Three new piers, a lighthouse keeper’s diary, and how we made the night boats quiet.',
      ],
      ['Read it', 'https://harbour.example/weekly'],
    ),
  }),
]

function name(who: string): string {
  return who.charAt(0).toUpperCase() + who.slice(1)
}

/** A page as mail programs understand it: tables, styles in place. */
function page(title: string, parts: readonly string[], button?: [string, string]): string {
  const rows = parts.map((part) => `<p style="margin:0 0 16px">${part}</p>`).join('')
  const link = button
    ? `<p><a href="${button[1]}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#14323a;color:#ffffff;text-decoration:none">${button[0]}</a></p>`
    : ''
  return `<!doctype html><html><body style="margin:0;background:#eef2f1;font:16px/1.6 Helvetica,Arial,sans-serif;color:#1d2b2e">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="100%" style="max-width:580px;background:#ffffff;border-radius:12px" cellpadding="0" cellspacing="0"><tr><td style="padding:32px">
<p style="margin:0 0 24px;font-weight:bold;color:#2a6f6a">Harbour</p>
<h1 style="margin:0 0 16px;font-size:24px;line-height:1.3">${title}</h1>${rows}${link}
<p style="margin:24px 0 0;color:#6b7b7d;font-size:13px">Harbour Ltd, 1 Pier Road</p>
</td></tr></table></td></tr></table></body></html>`
}

function table(rows: readonly [string, string][]): string {
  const lines = rows.map(
    ([what, price]) =>
      `<tr><td style="padding:6px 0;border-bottom:1px solid #e4eae9">${what}</td><td align="right" style="padding:6px 0;border-bottom:1px solid #e4eae9">${price}</td></tr>`,
  )
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${lines.join('')}</table>`
}
