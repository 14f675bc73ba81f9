// A line as it is read again: from the cache where that has all of it, else from the database.
import { type Clock, sleep } from 'sosik'
import type { Database } from 'sosik/postgres'
import { type Fanout, KEPT_EVENTS_MAX, type Kept, lineOf } from './fanout.ts'
import { heardFrom, type NumberedNews } from './live.ts'
import { readAfter } from './store.ts'

export interface BacklogParts {
  readonly database: Database
  readonly fanout: Fanout
  readonly clock: Clock
  /** Hears of each read where its answer came from. */
  readonly onRead: (source: 'cache' | 'store') => void
}

/** A stretch of a line: after the one number, up to the other. */
export interface Stretch {
  readonly epoch: string
  /** A person's id, or that of a large room below nought. */
  readonly line: number
  readonly after: number
  readonly upTo: number
}

/** Ascending from the stretch's start, not always to its end. */
export type ReadBacklog = (stretch: Stretch) => Promise<readonly NumberedNews[]>

const READ_ROWS_MAX = 200
/** A cache that is slower than the database is none. */
const CACHE_MS_MAX = 250
/** The news that a text was taken back: it may still stand in the cache before this. */
const ERASES = 'message_deleted'

export function backlogReader({ database, fanout, clock, onRead }: BacklogParts): ReadBacklog {
  async function recent({ epoch, line, after, upTo }: Stretch): Promise<readonly Kept[]> {
    if (!fanout.isUp() || upTo - after > KEPT_EVENTS_MAX) return []
    const answered = new AbortController()
    const late = sleep(clock, CACHE_MS_MAX, answered.signal).then((): Kept[] => [])
    const kept = fanout.recent(lineOf(epoch, line), after, upTo).catch((): Kept[] => [])
    const first = await Promise.race([kept, late])
    answered.abort()
    return first
  }

  return async (stretch) => {
    const kept = newsOf(await recent(stretch), stretch)
    onRead(kept === undefined ? 'store' : 'cache')
    return kept ?? readAfter(database, stretch.line, stretch.after, READ_ROWS_MAX)
  }
}

/** The news, when they are the whole stretch; lines are dense, so that the numbers tell. */
function newsOf(kept: readonly Kept[], { after, upTo }: Stretch): NumberedNews[] | undefined {
  const isWhole =
    kept.length === upTo - after && kept.every(({ number }, at) => number === after + 1 + at)
  if (!isWhole) return undefined
  const news = kept.map(({ number, message }) => ({
    ...heardFrom(message).news,
    userSeq: number,
    text: message,
  }))
  return news.some(({ type }) => type === ERASES) ? undefined : news
}
