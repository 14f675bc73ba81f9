// What a name must look like to be found by what was typed: letters, and initials (초성). Pure.

/** Initial and final consonants in the order in which Unicode makes syllables of them. */
const INITIALS = Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ')
const FINALS =
  ' ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  )
/** A keyboard joins two initials that are typed one after the other into one of these. */
const JOINED = new Map(
  Object.entries({
    ㄳ: 'ㄱㅅ',
    ㄵ: 'ㄴㅈ',
    ㄶ: 'ㄴㅎ',
    ㄺ: 'ㄹㄱ',
    ㄻ: 'ㄹㅁ',
    ㄼ: 'ㄹㅂ',
    ㄽ: 'ㄹㅅ',
    ㄾ: 'ㄹㅌ',
    ㄿ: 'ㄹㅍ',
    ㅀ: 'ㄹㅎ',
    ㅄ: 'ㅂㅅ',
  }),
)
const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3
const SYLLABLES_OF_INITIAL = 588
/** The same initials as macOS and NFD write them. */
const FIRST_CONJOINING = 0x1100

/**
 * A regular expression, alike for PostgreSQL and for JavaScript with its `u` flag, that names match
 * when they hold the text: 김미나 is found by 미나, ㄱㅁㄴ and 김ㅁ, and while 민 is typed on its way to
 * 미나. To be matched with names in NFC whose ASCII letters are small; empty for a blank text.
 */
export function namePattern(text: string): string {
  const typed = Array.from(text.toWellFormed().normalize('NFC').trim()).flatMap(lettersOf)
  return typed.map((letter, at) => partOf(letter, at === typed.length - 1)).join('')
}

function lettersOf(letter: string): string[] {
  const conjoining = INITIALS[(letter.codePointAt(0) ?? 0) - FIRST_CONJOINING]
  return Array.from(JOINED.get(letter) ?? conjoining ?? letter)
}

function partOf(letter: string, isLast: boolean): string {
  if (INITIALS.includes(letter)) return beginningWith(letter)
  const code = letter.codePointAt(0) ?? 0
  const isSyllable = code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE
  if (isSyllable) return isLast ? growing(code) : letter
  const small = letter.replace(/[A-Z]/, (one) => one.toLowerCase())
  return small.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
}

/** The initial alone, or any syllable that begins with it. */
function beginningWith(initial: string): string {
  const first = FIRST_SYLLABLE + INITIALS.indexOf(initial) * SYLLABLES_OF_INITIAL
  return `[${initial}${charOf(first)}-${charOf(first + SYLLABLES_OF_INITIAL - 1)}]`
}

/**
 * Every syllable that the last one can become while it is typed: 달 can be the beginning of 닭, and
 * its final consonant the initial of the next syllable.
 */
function growing(code: number): string {
  const place = (code - FIRST_SYLLABLE) % FINALS.length
  const open = code - place
  const final = FINALS[place] ?? ''
  const grown = FINALS.flatMap((one, at) => (one.startsWith(final) ? charOf(open + at) : []))
  const whole = `[${grown.join('')}]`
  const moving = final.at(-1)
  if (moving === undefined) return whole
  const rest = charOf(open + FINALS.indexOf(final.slice(0, -1)))
  return `(?:${whole}|${rest}${beginningWith(moving)})`
}

const charOf = (code: number): string => String.fromCodePoint(code)
