/** Something in a sentence that has the shape of a one-time code. */
export interface Candidate {
  /** As it is typed in: digits without the blanks between them. */
  readonly code: string
  readonly start: number
  readonly end: number
  /** Letters and digits, or letters alone, may as well be a word: they need better evidence. */
  readonly kind: 'digits' | 'mixed' | 'letters'
}

/** What in a sentence could be a code, in order. */
export function candidatesIn(sentence: string): Candidate[] {
  const numbers = [...sentence.matchAll(numberRun)].flatMap((run) => fromRun(sentence, run))
  const words = [...sentence.matchAll(wordRun)].flatMap((run) => fromWord(sentence, run))
  return [...numbers, ...words].sort((a, b) => a.start - b.start)
}

/** Digits with whatever stands between digits: a date, a price, a phone number is one run. */
const numberRun = /\d+(?:(?:[ ]|[-–.,:/'’·+])\d+)*/g

/** 123456, 123 456, 123-456, 1234 5678, 12 34 56, 1 2 3 4 5 6. */
const codeShape =
  /^(?:\d{4,8}|\d{3}[ –-]\d{3}|\d{4}[ –-]\d{4}|\d\d[ –-]\d\d[ –-]\d\d|\d(?: \d){3,7}|\d(?:-\d){3,7})$/

/** Several codes with blanks between; shorter groups are one long number. */
const codesShape = /^\d{5,8}(?: \d{5,8})+$/

function fromRun(sentence: string, { 0: run, index }: RegExpMatchArray): Candidate[] {
  const start = index!
  const end = start + run.length
  if (!mayPrecede(sentence, start) || !mayFollow(sentence, end)) return []
  const one = (text: string, from: number): Candidate => {
    const code = text.replaceAll(/\D/g, '')
    return { code, start: from, end: from + text.length, kind: 'digits' }
  }
  if (codeShape.test(run)) return [one(run, start)]
  if (!codesShape.test(run)) return []
  return [...run.matchAll(/\d+/g)].map(({ 0: text, index }) => one(text, start + index))
}

/** Letters of scripts that put no blank between a word and a number. */
const joining = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}ー]/u

/** Whether a number that begins here is one of its own, not part of a name, price or reference. */
function mayPrecede(sentence: string, start: number): boolean {
  const before = sentence.slice(Math.max(0, start - 12), start)
  const last = before.at(-1)
  if (last === undefined || joining.test(last)) return true
  if (/\p{L}/u.test(last)) return /(?:code|kod|pin|otp|tan|код)$/iu.test(before)
  if (last === '-') return /(?:^|\s|code|(?:^|\s)[a-z])-$/i.test(before)
  // A card number of which only the end is shown; but in Markdown asterisks stand on both sides.
  if (/[*•·]{2}$/.test(before)) return /^\d[\d -]*\*/.test(sentence.slice(start, start + 12))
  return !/[_#@/\\&+%$€£¥₹₽₩]$|[$€£¥₹₽₩+] $|\d\s+$/u.test(before)
}

/** Whether a number that ends here is no amount, year or part of a name. */
function mayFollow(sentence: string, end: number): boolean {
  const after = sentence.slice(end, end + 24)
  if (/^[_@%/\\°$€£¥₹₽₩]|^-[\p{L}\p{N}]|^[.,:]\d|^ \d/u.test(after)) return false
  if (units.test(after)) return false
  return !isLetter(after[0] ?? ' ')
}

/** What is counted or paid: units of time, money and measure in many languages. */
const units =
  /^\s?(?:[$€£¥₹₽₩%]|(?:usd|eur|gbp|chf|pln|czk|sek|nok|dkk|rub|inr|jpy|cny|krw|brl|try|euros?|dollars?|kr|zł|kč|ft|lei|руб|грн|tl|px|pt|kg|mg|ml|km|cm|mm|mi|kb|mb|gb|tb|bytes?|hz|kwh?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|sekunden?|minuten?|stunden?|tagen?|jahren?|segundos?|minutos?|horas?|d[ií]as?|secondes?|jours?|heures?|ans|secondi|minuti|ore|giorni|seconden|uur|dagen|sekund\p{L}*|minut\p{L}*|godzin\p{L}*|dni|секунд\p{L}*|минут\p{L}*|час\p{L}*|дн\p{L}*|г|год\p{L}*|points?|punkte?|people|persons?|users?|customers?|members?|characters?|zeichen|times|items?|steps?|percent|prozent|miles|meters?|emails?|messages?|votes?|views?|reviews?|shares?|orders?|pages?|words?|credits?|coins?|tokens?)(?![\p{L}\p{N}])|[年月日号號点點分秒天元円圓块個个件人]|小时|小時|時間|分钟|分鐘|초|분|시간|일|년|월|원|개|명)/iu

/** A word of letters and digits, perhaps in groups. */
const wordRun = /[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g

function fromWord(sentence: string, { 0: code, index }: RegExpMatchArray): Candidate[] {
  const start = index!
  const end = start + code.length
  const [before, after] = [sentence[start - 1] ?? ' ', sentence[end] ?? ' ']
  const kind = kindOf(code)
  if (!kind || /[_#@/\\&%$€£+.=]/.test(before) || /[_@/\\%=]/.test(after)) return []
  return isLetter(before) || isLetter(after) ? [] : [{ code, start, end, kind }]
}

/** A letter that would make a longer word of what it touches. */
function isLetter(character: string): boolean {
  return /\p{L}/u.test(character) && !joining.test(character)
}

function kindOf(word: string): 'mixed' | 'letters' | undefined {
  const bare = word.replaceAll('-', '')
  const isGrouped = word !== bare
  if (isGrouped && !/^[A-Za-z0-9]{3,5}(?:-[A-Za-z0-9]{3,5}){1,3}$/.test(word)) return undefined
  if (bare.length < 4 || bare.length > (isGrouped ? 16 : 10)) return undefined
  if (/^[A-Z]+$/.test(bare)) return isGrouped || bare.length > 3 ? 'letters' : undefined
  if (!/\d/.test(bare) || !/[A-Za-z]/.test(bare) || measure.test(word)) return undefined
  // In small letters a digit may belong to a name, such as mp3 or log4j.
  return /[a-z]/.test(bare) && bare.replaceAll(/\D/g, '').length < 2 ? undefined : 'mixed'
}

const measure =
  /^(?:\d+(?:h|hrs?|m|mins?|s|secs?|d|am|pm|px|pt|em|[kmgt]b?|th|st|nd|rd|x|g|kg|km|cm|mm|ml|w|v|hz|usd|eur)|v\d+)$/i
