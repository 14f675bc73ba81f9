// The rules of search: how text is compared, and by which pieces it is found.

/** Text as it is stored and answered: no half letters, and one form of each. */
export function stored(text: string): string {
  return text.toWellFormed().normalize('NFC')
}

/** Text as it is compared: stored, no case, one blank for any white space. */
export function fold(text: string): string {
  return stored(text).toLowerCase().normalize('NFC').replace(/\s+/gu, ' ')
}

/** Every two neighbouring code points of folded text, each pair once. */
export function bigrams(folded: string): string[] {
  const points = Array.from(folded)
  return [...new Set(points.slice(1).map((point, at) => `${points[at]}${point}`))]
}

/** A word that may have an English stem; `lexemes.sql` finds them by the same pattern. */
const ENGLISH_WORD = /(?<![a-z])[a-z]{2,40}(?![a-z])/g

export interface PlacedWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** The words of folded text that may have an English stem, where they stand. */
export function englishWords(folded: string): PlacedWord[] {
  return [...folded.matchAll(ENGLISH_WORD)].map(({ 0: word, index: start }) => {
    return { word, start, end: start + word.length }
  })
}
