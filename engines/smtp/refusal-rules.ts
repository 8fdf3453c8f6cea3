/** One thing about us that servers say, in whatever words. */
export interface Rule {
  readonly blame: 'engine' | 'doubtful'
  /** The last two numbers of an enhanced status that is enough by itself. */
  readonly status?: RegExp
  /** Words that say it: of one entry all must be there. */
  readonly words: readonly (readonly RegExp[])[]
  /** Words that show that something else is meant. */
  readonly unless?: RegExp
}

/** RFC 7372, and the numbers of Microsoft: SPF, DKIM, DMARC or reverse DNS of ours did not pass. */
const senderAuthentication: Rule = {
  blame: 'doubtful',
  status: /^7\.(2\d|509|515)$/,
  words: [
    [/\b(spf|dkim|dmarc)\b/, /fail|reject|not |n't|pass|align|require|polic|unauthenticated/],
    [/(sender|e?mail|message) (is )?unauthenticated|unauthenticated e?-?mail/],
    [/does not have authentication information|required authentication level/],
  ],
}

const quota: Rule = {
  blame: 'engine',
  status: /^(4\.5|1\.9[02]|7\.23[23]|7\.508|7\.705)$/,
  words: [
    [
      /exceed|reached|overlimit|used up/,
      /limit|quota|threshold|allowance/,
      /send|submission|outgoing|outbound|relay|messaging|tenant|\byou\b|\byour\b|\brate\b/,
    ],
    [/exceed|reached|\bonly \d+/, /per (minute|hour|day|month)|hour(ly)? limit|daily|monthly/],
    [/credits? exceeded|insufficient credits?|out of credits?/],
    [
      /(sending|sorry,) too (many|much) (e?-?mails?|messages?)|too (many|much) (e?-?mails?|messages?) (sent|from)/,
    ],
    [/unusual sending|unusual (amount|rate|volume) of/],
  ],
  unless:
    /recipient('s| has| is| mailbox)|mailbox(?! sending)|inbox|tried to reach|trying to contact|receiving|storage|size|session|connection|\bhops?\b/,
}

/** What a server without patience for strangers says, mostly because a login is missing. */
const relay: Rule = {
  blame: 'doubtful',
  status: /^7\.(54|64)$/,
  words: [
    [
      /\brelay\w*\b.{0,50}\b(denied|not (be )?(allowed|permitted|accepted|supported|enabled|authori[sz]ed)|prohibited|disallowed|unauthori[sz]ed|refused|forbidden|rejected|restricted|blocked|disabled)\b/,
    ],
    [
      /\b(unable|not (be )?(allowed|permitted|authori[sz]ed)|cannot|can't|can not|does not|doesn't|do not|don't|won't|will not|refus\w+|may not) (to )?(be )?relay/,
    ],
    [/\b(no|not an?|not an? open|denied|unauthori[sz]ed|illegal|invalid credentials for) relay/],
    [/allowed rcpthosts/],
    [/relay/, /log ?in|authenticat/],
  ],
}

/** The account may not send as this sender: of an account with a single sender that is everything. */
const sender: Rule = {
  blame: 'doubtful',
  status: /^(7\.60|2\.252|7\.750)$/,
  words: [
    [
      /not owned by|sender address rejected: not logged in|send as (this|that|the) sender|sendas ?denied/,
    ],
    [/relaying disallowed as|not one of your addresses|verified sender|unregistered domain/],
    [
      /unauthenticated senders? not allowed|not (allowed|authori[sz]ed|permitted) to send (as|from|on behalf)/,
    ],
    [
      /\b(sender|from|e-?mail address|identity|signature)\b.{0,60}\b(not (been )?|un)(verified|confirmed|validated)\b/,
    ],
  ],
}

const hello: Rule = {
  blame: 'engine',
  words: [
    [
      /\b(helo|ehlo)\b.{0,60}\b(reject|invalid|refus|denied|bad\b|mismatch|does not|not (valid|fully|found|accept)|need|must be|require)/,
    ],
    [
      /\b(invalid|bad|forged|illegal|fake|rejected|unacceptable|non-?compliant)\b.{0,20}\b(helo|ehlo)\b/,
    ],
  ],
}

const login: Rule = {
  blame: 'engine',
  status: /^7\.(3|8|9|11|57|139)$/,
  words: [
    [
      /\bauth(entication)?\b.{0,30}\b(required|needed|first|failed|failure|unsuccessful|expected)\b/,
    ],
    [/\b(must|need to|please|have to) (first )?(authenticate|log ?in|be (authenticated|logged))/],
    [
      /\bnot (been )?(logged in|authenticated)\b|\bwithout (smtp )?auth|unauthenticated (user|client)/,
    ],
    [/must issue (a )?starttls|(tls|encryption) (is )?required/],
  ],
  // A closed list of the recipient's, such as a group for colleagues alone.
  unless: /group|resolver/,
}

const account: Rule = {
  blame: 'engine',
  status: /^7\.(70[0124-9]|7[1-4]\d|50[1-3])$/,
  words: [
    [
      /\b(your|sending|sender'?s?|smtp|customer|aws)\b.{0,20}\baccount\b.{0,60}\b(suspended|disabled|locked|blocked|inactive|expired|terminated|restricted|paused|not (yet )?(been )?activated|on hold)/,
    ],
    [
      /\b(sending|outgoing( e?-?mails?)?|submission)\b.{0,20}\b(paused|suspended|disabled|blocked)\b/,
    ],
    [/e-?mail outgoing blocked|bad outbound sender|activate your|not authori[sz]ed to perform/],
    [
      /\bdomain\b.{0,80}\b(is )?not allowed to send\b|\bip\b.{0,40}\bnot (allowed|authori[sz]ed) to send\b/,
    ],
    [/unauthori[sz]ed ip/],
  ],
}

/** Our machine or its address, as it looks from there: its name in the DNS, or a list it is on. */
const address = String.raw`(client host|\bip( address)?\b|\[?\d+\.\d+\.\d+\.\d+\]?)`
const host: Rule = {
  blame: 'doubtful',
  status: /^7\.(51[13]|60[6-9]|6[1-4]\d)$/,
  words: [
    [
      new RegExp(
        `${address}.{0,80}\\b(blocked|black-?list|block-?list|listed|banned|rejected|denied|not (allowed|authori[sz]ed|accepted))`,
      ),
    ],
    [new RegExp(`\\b(blocked|listed|banned|not (be )?accepted|denied)\\b.{0,40}${address}`)],
  ],
  unless: /\bthis message|content|\burls?\b|greylist|gr[ae]y-?list/,
}

const name: Rule = {
  blame: 'doubtful',
  words: [
    [
      /reverse (dns|hostname|lookup)|\bptr\b|\brdns\b/,
      /\bno\b|not|cannot|does|fix|missing|invalid|fail/,
    ],
  ],
}

/** What is said with 5yz; the first that holds decides. */
export const lastingRules: readonly Rule[] = [
  senderAuthentication,
  quota,
  sender,
  relay,
  hello,
  login,
  account,
  host,
  name,
]

/** A quota of a day does not pass by itself soon; one of a second does. */
const longQuota: Rule = {
  blame: 'engine',
  words: [
    [/exceed|reached/, /per (hour|day|month)|hour(ly)? limit|daily|monthly|relay limit/],
    [/credits? exceeded/],
  ],
  unless: quota.unless,
}

/** What some servers say with 4yz although waiting alone mends none of it; the rest passes. */
export const passingRules: readonly Rule[] = [
  { ...senderAuthentication, words: [] },
  longQuota,
  { ...relay, words: relay.words.slice(0, 2) },
  hello,
  account,
  name,
]
