import { candidatesIn, type Candidate } from './code-candidates.ts'
import { sentencesOf, type Sentence } from './code-sentences.ts'
import { labelsIn, type Label } from './code-words.ts'

/**
 * What looks like a one-time code: 4 to 8 digits, or letters and digits, that a word such as "code"
 * announces, in the languages of `code-words.ts`, or that stands alone. The likeliest come first.
 *
 * @param subject stands before each of the texts
 */
export function codesIn(subject: string, texts: readonly string[]): string[] {
  const found = texts
    .flatMap((text) => findsIn(sentencesOf(`${subject}\n${text}`)))
    .sort((a, b) => b.rank - a.rank)
  const best = found[0]?.rank ?? 0
  // Where a code is announced, what only might be one is something else.
  const likely = found.filter(({ rank }) => rank >= (best >= ranks.aside ? ranks.near : 1))
  return [...new Set(likely.map(({ code }) => code))].slice(0, mostCodes)
}

const mostCodes = 20

/** How sure it is, by where the word stands that announces a code. */
const ranks = { direct: 6, said: 5, aside: 4, near: 3, above: 2, alone: 1 } as const

interface Find {
  readonly code: string
  readonly rank: number
}

/** The label that a number on a line of its own belongs to, and how many lines above it stands. */
interface Above {
  kind: Label['kind'] | undefined
  distance: number
}

function findsIn(sentences: readonly Sentence[]): Find[] {
  const above: Above = { kind: undefined, distance: Infinity }
  return sentences.flatMap((sentence) => {
    const candidates = candidatesIn(sentence.text)
    const labels = labelsIn(sentence.text)
    const finds = candidates.flatMap((one, n) => {
      const rank = rankOf({ one, previous: candidates[n - 1], labels, sentence, above })
      return rank > 0 && isGoodEnough(one, rank, sentence.text) ? [{ code: one.code, rank }] : []
    })
    look(above, labels, finds.length > 0)
    return finds
  })
}

/** A code that was found keeps its label for the next: lists of them stand below each other. */
function look(above: Above, labels: readonly Label[], isFound: boolean) {
  const kinds = new Set(labels.map(({ kind }) => kind))
  const kind = kinds.has('noun') ? 'noun' : kinds.has('deed') ? 'deed' : [...kinds][0]
  if (kind !== undefined && !isFound) Object.assign(above, { kind, distance: 0 })
  else if (!isFound) above.distance += 1
}

interface Evidence {
  readonly one: Candidate
  readonly previous: Candidate | undefined
  readonly labels: readonly Label[]
  readonly sentence: Sentence
  readonly above: Above
}

function rankOf(evidence: Evidence): number {
  const { one, previous, labels, sentence } = evidence
  const { text, isAlone } = sentence
  if (isNumbered(text, labels, one)) return 0
  const noun = labels.findLast(({ kind, end }) => kind === 'noun' && end <= one.start)
  // Of several side by side what announces the first announces all.
  const from =
    noun && previous && previous.start >= noun.end ? listed(text, noun, previous, one) : undefined
  return Math.max(
    noun ? rankBefore(from ?? text.slice(noun.end, one.start)) : 0,
    rankAfter(text, labels, one),
    rankOfDeed(text, labels, one),
    isAlone && !noun ? rankAlone(evidence) : 0,
  )
}

/** What stands between a label and a code, the codes between left out, where they are one list. */
function listed(
  text: string,
  noun: Label,
  previous: Candidate,
  one: Candidate,
): string | undefined {
  const between = text.slice(previous.end, one.start)
  return /^(?:[\s,;/&]|or|and|oder|und|ou|et|o|y|e|и|або|或|和)*$/iu.test(between)
    ? text.slice(noun.end, previous.start).replaceAll(/\d{4,8}[\s,;/&]*/g, '')
    : undefined
}

/** Whether the word right before says that it is an order, a phone number, an amount. */
function isNumbered(text: string, labels: readonly Label[], { start }: Candidate): boolean {
  const other = labels.findLast(({ end }) => end <= start)
  if (other?.kind !== 'other') return false
  return otherGap.test(text.slice(other.end, start))
}

const otherGap =
  /^[\s:：#.()[\]№°º"'*=–-]*(?:(?:numbers?|nummer|no|nr|num|id|n[°º]|numéro|numero|número|numer|номер|رقم|号|號|番号|번호)[\s:：#.*=–-]*)?$/iu

function rankBefore(between: string): number {
  if (between.length > longestGap) return 0
  if (direct.test(between)) return ranks.direct
  if (says.test(between)) return ranks.said
  return /[,;()，；（）]/.test(between) ? 0 : ranks.near
}

/** Characters between a label and its code. */
const longestGap = 120

const copulas =
  'is|are|was|lautet|lauten|ist|sind|est|le|es|el|è|é|sono|são|jest|to|je|zní|является|есть|este|är|er|on|ez|dır|dir|là|adalah|ialah|هو|هي|الخاص بك|היא|הוא|है|คือ|为|為|是|は|が|은|는|이|가|은\\(는\\)'

const mark = String.raw`[\s:：=→➜>|"'´“”„«»‹›「」『』【】〔〕［］［\[\](){}<*_~.…!؛،\-–—\x60]`

const direct = new RegExp(
  `^(?:${mark}|(?<!\\p{L})(?:${copulas})(?!\\p{L})|[为為是はが은는이가])*$`,
  'iu',
)

const says = new RegExp(
  `(?:[:：=→➜]|(?<!\\p{L})(?:${copulas})|[为為是はが은는이가])(?:${mark})*$`,
  'iu',
)

/** "481516 is your code", "use 481516 to sign in". */
function rankAfter(text: string, labels: readonly Label[], { end }: Candidate): number {
  const gapTo = (wanted: Label['kind']) => {
    const next = labels.find(({ kind, start }) => kind === wanted && start >= end)
    const gap = next && text.slice(end, next.start)
    return gap === undefined || gap.length > longestGap || /[,;:，；：]|\d{4}/.test(gap)
      ? undefined
      : gap
  }
  const [noun, deed] = [gapTo('noun'), gapTo('deed')]
  if (noun !== undefined && isSaid.test(noun)) return ranks.said
  if (deed !== undefined && serves.test(deed)) return ranks.aside
  return noun?.trim() === '' ? ranks.near : 0
}

const isSaid = new RegExp(
  `^(?:${mark})*(?:[-–—=]|[はが是为為은는이가]|(?:${copulas}|as|als|come|como|comme|jako|как|як|olarak|로|으로)(?!\\p{L}))`,
  'iu',
)

const serves =
  /^["'*\s]*(?:to|um|zum|zur|zu|pour|para|per|om|för|for|til|do|для|чтобы|щоб|aby|için|ile|ل|für|by|when|beim|bei)(?!\p{L})/iu

/** "Verification: 481516", "enter 481516"; but a confirmation has a number of its own. */
function rankOfDeed(text: string, labels: readonly Label[], one: Candidate): number {
  const deed = labels.findLast(({ kind, end }) => kind === 'deed' && end <= one.start)
  if (
    !deed ||
    /^confirm|^conferm|^bestät|^potwierdz|^подтв|^확인|^确认/i.test(text.slice(deed.start))
  )
    return 0
  return isLikely(one) && direct.test(text.slice(deed.end, one.start)) ? ranks.near : 0
}

function rankAlone({ one, above, sentence }: Evidence): number {
  const { kind, distance } = above
  if (distance > 2 || kind === undefined) return isLikely(one) ? ranks.alone : 0
  if (kind === 'noun') return distance === 0 ? ranks.aside : ranks.above
  if (kind === 'other') return 0
  return isLikely(one) && sentence.isAlone ? ranks.above : 0
}

/** Whether what it looks like goes with how it is announced. */
function isGoodEnough(one: Candidate, rank: number, text: string): boolean {
  if (one.kind === 'digits')
    return (
      rank >= ranks.direct ||
      isLikely(one) ||
      (rank >= ranks.aside && !isYear(one.code) && !isDate.test(one.code))
    )
  if (rank < ranks.aside || forSale.test(text)) return false
  return one.kind === 'mixed' || (rank !== ranks.near && !plain.has(one.code))
}

/** Five digits or more that are no date: four are as well a year, a price or a house number. */
function isLikely({ kind, code }: Candidate): boolean {
  return kind === 'digits' && code.length >= 5 && !isDate.test(code)
}

function isYear(code: string): boolean {
  return /^(?:19|20)\d\d$/.test(code)
}

/** 20260131, or from a year to another. */
const isDate = /^(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d\d)$/

/** Codes that are given to everybody. */
const forSale =
  /checkout|discount|% ?off|coupon|voucher|rabatt|gutschein|descuento|sconto|remise|скидк/i

/** Words in capitals that follow "code". */
const plain = new Set(
  `EXPIRED EXPIRES REQUIRED BELOW HERE VALID INVALID READY SENT ONLY NEVER SECRET CONFIDENTIAL HTML
  NONE NULL TRUE FALSE EMAIL CODE CODES YOUR THIS THAT WITH FROM PLEASE HTTP HTTPS JSON UTF ASCII`.split(
    /\s+/,
  ),
)
