import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Filled {
  readonly captureInTheMiddle: string
  readonly emailInTheMiddle: string
  /** Of some of them. */
  readonly address: string
}

interface Sizes {
  readonly captures: number
  readonly emails: number
}

/**
 * Puts emails and captures straight into the data directory of a Postern that is not running:
 * accepting so many takes longer than what is measured then.
 */
export function fillDirectory(directory: string, { captures, emails }: Sizes): Filled {
  const db = new DatabaseSync(join(directory, 'postern.sqlite'))
  db.exec('PRAGMA synchronous = OFF')
  try {
    const now = Date.now()
    addEmails(db, emails, now)
    addCaptures(db, captures, now)
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return {
      captureInTheMiddle: idOf(now, captures / 2),
      emailInTheMiddle: idOf(now, emails / 2),
      address: addressOf(7),
    }
  } finally {
    db.close()
  }
}

/** Words as they stand in texts: a few everywhere, most in few. */
export function word(rank: number): string {
  let text = ''
  for (let rest = rank * 7_919 + 31; rest > 0; rest = Math.floor(rest / 26))
    text += 'etaoinshrdlucmfwypvbgkjqxz'[rest % 26]
  return `${text}${'aeiou'[rank % 5]}`
}

const vocabulary = Array.from({ length: 20_000 }, (_, rank) => word(rank))

/** The n-th newest; ids of one millisecond never meet. */
function idOf(now: number, n: number): string {
  const time = (now - n * 60).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`
}

function addressOf(n: number): string {
  return `person-${n % 997}@example.com`
}

/** Emails that settled within the last day: one in fifty failed. */
function addEmails(db: DatabaseSync, count: number, now: number) {
  const insert = db.prepare(
    `INSERT INTO emails (id, state, revision, due_at, since, attempts, settled_at, recipients,
     timeline, accepted) VALUES (?, ?, 3, ?, ?, 1, ?, ?, ?, ?)`,
  )
  const recipient = db.prepare('INSERT INTO email_recipients (address, id) VALUES (?, ?)')
  inTransactions(db, count, (n) => {
    const [id, at, address] = [idOf(now, n), now - n * 60, addressOf(n)]
    const state = n % 50 === 0 ? 'failed' : 'sent'
    const timeline = [
      { at, what: 'accepted' },
      { at, what: 'attempt', engine: 'smtp', outcome: state, remoteId: `remote-${n}` },
    ]
    const accepted = {
      owner: 'local',
      createdAt: at,
      messageId: `<${id}@example.com>`,
      from: { address: 'app@example.com', name: 'Application' },
      to: [{ address }],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: `Your order ${n}`,
      tags: [],
      size: 2_000,
      capture: false,
      onAmbiguous: 'retry',
      scheduled: false,
    }
    const recipients = JSON.stringify([{ address, state }])
    const rest = [JSON.stringify(timeline), JSON.stringify(accepted)]
    insert.run(id, state, at, at, at, recipients, ...rest)
    recipient.run(address, id)
  })
}

/** Captures with 200 words of text each. */
function addCaptures(db: DatabaseSync, count: number, now: number) {
  const insert = db.prepare(
    `INSERT INTO captures (id, email_id, at, sender, recipients, subject, size, seen,
     folded_subject) VALUES (?, ?, ?, 'app@example.com', ?, ?, ?, 0, ?)`,
  )
  const others = {
    eml: db.prepare('INSERT INTO captured_emls (id, eml) VALUES (?, ?)'),
    recipient: db.prepare('INSERT INTO capture_recipients (address, id) VALUES (?, ?)'),
    order: db.prepare('INSERT INTO capture_order (seq, id) VALUES (?, ?)'),
    words: db.prepare('INSERT INTO capture_words (rowid, words) VALUES (?, ?)'),
  }
  const eml = Buffer.alloc(4_000, 'x')
  // The oldest first, as they would have come.
  inTransactions(db, count, (i) => {
    const n = count - 1 - i
    const [id, address, subject] = [idOf(now, n), addressOf(n), `Your order ${n}`]
    const at = now - n * 60
    insert.run(id, id, at, JSON.stringify([address]), subject, eml.length, subject.toLowerCase())
    others.eml.run(id, eml)
    others.recipient.run(address, id)
    others.order.run(i + 1, id)
    const parts = `person ${n % 997} example com your order ${n} ${textOf(200)}`
    others.words.run(i + 1, parts)
  })
}

/** Common words come often, as in any language. */
function textOf(length: number): string {
  const pick = () => vocabulary[Math.floor(Math.random() ** 3 * vocabulary.length)]!
  return Array.from({ length }, pick).join(' ')
}

function inTransactions(db: DatabaseSync, count: number, work: (n: number) => void) {
  const atOnce = 10_000
  for (let from = 0; from < count; from += atOnce) {
    db.exec('BEGIN')
    for (let n = from; n < Math.min(from + atOnce, count); n++) work(n)
    db.exec('COMMIT')
  }
}
