// What one reader is told of others coming and going: gathered, in one frame a second at most.
import type { NewsData } from '@sosik/contract/news'
import type { Clock } from 'sosik'
import type { News } from './live.ts'

export const PRESENCE = 'presence'
const FRAME_PAUSE_MS = 1_000

type Told = NewsData['presence']

/**
 * Answers what takes each piece of presence news. The first is told at once; what comes within the
 * second after a frame waits for its end, and of each person only the latest is told.
 */
export function gatherPresence(clock: Clock, tell: (news: News) => void): (news: News) => void {
  const waiting = new Map<number, Told['people'][number]>()
  let isPausing = false

  function flush(): void {
    isPausing = waiting.size > 0
    if (!isPausing) return
    tell({ type: PRESENCE, title: '', data: { people: [...waiting.values()] } })
    waiting.clear()
    clock.after(FRAME_PAUSE_MS, flush)
  }

  return ({ data }) => {
    for (const status of (data as Told).people) {
      const known = waiting.get(status.user_id)
      if (known === undefined || known.timestamp <= status.timestamp) {
        waiting.set(status.user_id, status)
      }
    }
    if (!isPausing) flush()
  }
}
