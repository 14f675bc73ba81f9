// What a search asks for: its parts, and the queries of the index that name candidates.
import { bigrams, englishWords, fold } from './search.ts'

/** What a message must say: these letters anywhere, or a word of the stem. */
export interface Part {
  /** Folded, one code point at least. */
  readonly letters: string
  /** Of an English word that is not quoted. */
  readonly stem: string | undefined
}

interface Asked {
  readonly letters: string
  readonly isQuoted: boolean
}

/** By word; what has no stem is left out. */
export type Stems = ReadonlyMap<string, string>

const QUOTED_OR_WORD = /"(\s*[^"\s][^"]*)"|\S+/gu

/** Words, and what stands in double quotes as it stands there; each once. */
export function askedOf(text: string): Asked[] {
  const found = new Map<string, Asked>()
  for (const [letters, quoted] of fold(text).trim().matchAll(QUOTED_OR_WORD)) {
    found.set(letters, { letters: quoted ?? letters, isQuoted: quoted !== undefined })
  }
  return [...found.values()]
}

/** The words whose stems are asked for. */
export function wordsOf(asked: readonly Asked[]): string[] {
  return asked.flatMap(({ letters, isQuoted }) => (isQuoted || !isEnglish(letters) ? [] : letters))
}

export function partsOf(asked: readonly Asked[], stems: Stems): Part[] {
  return asked.map(({ letters, isQuoted }) => {
    return { letters, stem: isQuoted ? undefined : stems.get(letters) }
  })
}

/** Whether the index can name candidates: one letter alone has no bigram. */
export function isFindable(asked: readonly Asked[]): boolean {
  return asked.some(({ letters }) => bigrams(letters).length > 0)
}

/** A query of the index with so many rooms at most: each of them is a key to be looked up. */
const ROOMS_TOGETHER_MAX = 100

/**
 * As text of tsquery, which together name every message of these rooms that may say all parts: a
 * lexeme of two code points is a bigram, `r=` begins a room, `s=` an English stem. Words come
 * first: what says none of them is then held against no room, which is twice as fast.
 */
export function indexQueries(parts: readonly Part[], roomIds: readonly number[]): string[] {
  const wanted = parts.flatMap(({ letters, stem }) => {
    const pairs = bigrams(letters)
    if (pairs.length === 0) return []
    return either([all(pairs.map(lexeme)), ...(stem === undefined ? [] : [stemQuery(stem)])])
  })
  const queries: string[] = []
  for (let at = 0; at < roomIds.length; at += ROOMS_TOGETHER_MAX) {
    const rooms = roomIds.slice(at, at + ROOMS_TOGETHER_MAX).map((id) => lexeme(`r=${id}`))
    queries.push(all([...wanted, either(rooms)]))
  }
  return queries
}

export const stemQuery = (stem: string): string => lexeme(`s=${stem}`)

const isEnglish = (letters: string) => englishWords(letters)[0]?.word === letters
const lexeme = (text: string) => `'${text.replace(/['\\]/g, '$&$&')}'`
const all = (queries: readonly string[]) => `(${queries.join(' & ')})`
const either = (queries: readonly string[]) => `(${queries.join(' | ')})`
