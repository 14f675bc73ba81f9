// Messages as people might write them: Korean and English, few words often and most of them seldom.
import { type Random, randomOf, zipf } from '../../test/faults/random.ts'

/** What is looked for, and in one of how many messages it stands. */
export const PLANTED = {
  rare: { text: '호박고구마', oneIn: 10_000 },
  'two letters': { text: '저녁', oneIn: 50 },
  frequent: { text: 'meeting', oneIn: 5 },
} as const

const KOREAN_WORDS = 3_000
const ENGLISH_WORDS = 1_000
/** Of the words; the others are English. */
const KOREAN_SHARE = 0.75
const WORDS_MAX = 12

const PARTICLES = ['', '', '은', '는', '이', '가', '을', '를', '에', '에서', '도', '하고', '까지']
const ENDINGS = ['', '', 's', 'ed', 'ing', 'er', 'ly']
const ONSETS = ['b', 'c', 'd', 'f', 'g', 'l', 'm', 'n', 'p', 'r', 's', 't', 'st', 'pl', 'tr']
const VOWELS = ['a', 'e', 'i', 'o', 'u']

/** The same texts, one after the other, on every run. */
export function corpus(): () => string {
  const random = randomOf(7)
  const korean = Array.from({ length: KOREAN_WORDS }, () => koreanWord(random))
  const english = Array.from({ length: ENGLISH_WORDS }, () => englishWord(random))
  const koreanAt = zipf(KOREAN_WORDS, 1, random)
  const englishAt = zipf(ENGLISH_WORDS, 1, random)
  const word = () =>
    random.next() < KOREAN_SHARE
      ? `${korean[koreanAt()]}${random.pick(PARTICLES)}`
      : `${english[englishAt()]}${random.pick(ENDINGS)}`
  return () => {
    const words = Array.from({ length: random.between(1, WORDS_MAX) }, word)
    for (const { text, oneIn } of Object.values(PLANTED)) {
      if (random.below(oneIn) === 0) words.splice(random.below(words.length), 0, text)
    }
    return words.join(' ')
  }
}

function koreanWord(random: Random): string {
  const syllables = Array.from({ length: random.between(1, 3) }, () => {
    // Initial, vowel, and a final consonant in every second syllable.
    const final = random.below(2) * random.below(28)
    return 0xac00 + random.below(19) * 588 + random.below(21) * 28 + final
  })
  return String.fromCodePoint(...syllables)
}

function englishWord(random: Random): string {
  const syllables = Array.from({ length: random.between(1, 3) }, () => {
    return `${random.pick(ONSETS)}${random.pick(VOWELS)}`
  })
  return `${syllables.join('')}${random.pick(ONSETS)}`
}
