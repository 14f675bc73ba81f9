// A found message's snippet as pieces of text, those that were looked for marked.

interface Range {
  readonly start: number
  readonly end: number
}

interface Found {
  readonly content: string
  /** Ascending and apart from each other. */
  readonly highlights: readonly Range[]
  readonly snippet: Range
}

export interface Piece {
  readonly text: string
  readonly isMarked: boolean
}

/** Together they are the snippet, with `…` where the content goes on. */
export function piecesOf({ content, highlights, snippet }: Found): readonly Piece[] {
  const pieces: Piece[] = []
  const add = (start: number, end: number, isMarked: boolean) => {
    if (end > start) pieces.push({ text: content.slice(start, end), isMarked })
  }
  let at = snippet.start
  if (at > 0) pieces.push({ text: '…', isMarked: false })
  for (const { start, end } of highlights) {
    const [from, to] = [Math.max(start, at), Math.min(end, snippet.end)]
    if (from >= to) continue
    add(at, from, false)
    add(from, to, true)
    at = to
  }
  add(at, snippet.end, false)
  if (snippet.end < content.length) pieces.push({ text: '…', isMarked: false })
  return pieces
}
