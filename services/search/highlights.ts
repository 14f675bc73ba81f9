// Where a message says what was looked for, and which piece of a long one shows most of it.
import { HIGHLIGHTS_MAX } from '@sosik/contract/search'
import type { Part, Stems } from './query.ts'
import { englishWords, fold } from './search.ts'

/** In UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The length of a snippet, in UTF-16 units, and how much of it stands before the highlights. */
const SNIPPET_LENGTH = 160
const SNIPPET_LEAD = 40

/** Pieces of the content, ascending and apart: letters of all parts, and words of their stems. */
export function highlightsOf(content: string, parts: readonly Part[], stems: Stems): Range[] {
  const folded = fold(content)
  const words = englishWords(folded)
  const found = parts.flatMap(({ letters, stem }) => {
    const forms = words.filter(({ word }) => stem !== undefined && stems.get(word) === stem)
    return [...occurrences(folded, letters), ...forms]
  })
  return unfolded(content, folded, joined(found).slice(0, HIGHLIGHTS_MAX))
}

function occurrences(folded: string, letters: string): Range[] {
  const found: Range[] = []
  let start = folded.indexOf(letters)
  while (start !== -1) {
    const end = start + letters.length
    found.push({ start, end })
    start = folded.indexOf(letters, end)
  }
  return found
}

/** Ascending; what touches is one. */
function joined(ranges: readonly Range[]): Range[] {
  const apart: Range[] = []
  for (const { start, end } of ranges.toSorted((left, right) => left.start - right.start)) {
    const last = apart.at(-1)
    if (last === undefined || last.end < start) apart.push({ start, end })
    else apart.splice(-1, 1, { start: last.start, end: Math.max(last.end, end) })
  }
  return apart
}

/** White space, or a letter with its marks: what folds by itself as it does in the whole. */
const FOLDED_ALONE = /\s+|\P{M}?\p{M}*/gu

/** The ranges of folded text as ranges of the content that it was folded from. */
function unfolded(content: string, folded: string, ranges: readonly Range[]): Range[] {
  if (content.toLowerCase() === folded && content.length === folded.length) return [...ranges]
  const startOf = new Map<number, number>()
  const endOf = new Map<number, number>()
  let at = 0
  for (const { 0: piece, index } of content.matchAll(FOLDED_ALONE)) {
    const length = fold(piece).length
    for (let inside = 0; inside < length; inside += 1) {
      startOf.set(at + inside, index)
      endOf.set(at + inside + 1, index + piece.length)
    }
    at += length
  }
  return joined(
    ranges.map(({ start, end }) => {
      return { start: startOf.get(start) ?? 0, end: endOf.get(end) ?? content.length }
    }),
  )
}

const letters = new Intl.Segmenter('ko', { granularity: 'grapheme' })

/** The whole of a short content; of a long one the first piece with most of the highlights. */
export function snippetOf(content: string, highlights: readonly Range[]): Range {
  if (content.length <= SNIPPET_LENGTH) return { start: 0, end: content.length }
  const wanted = Math.max(0, densest(highlights) - SNIPPET_LEAD)
  const from = Math.min(wanted, content.length - SNIPPET_LENGTH)
  return { start: letterStart(content, from), end: letterStart(content, from + SNIPPET_LENGTH) }
}

/** Where the first highlight begins that has most others behind it in a snippet. */
function densest(highlights: readonly Range[]): number {
  let best = { start: 0, count: 0 }
  for (const [at, { start }] of highlights.entries()) {
    const limit = start + SNIPPET_LENGTH - SNIPPET_LEAD
    const count = highlights.slice(at).filter(({ end }) => end <= limit).length
    if (count > best.count) best = { start, count }
  }
  return best.start
}

/** A snippet cuts no letter, and no emoji of several, in two. */
function letterStart(content: string, at: number): number {
  return letters.segment(content).containing(at)?.index ?? content.length
}
