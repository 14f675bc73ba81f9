// Analytics' route.
import { readAnalytics } from '@sosik/contract/analytics'
import type { Database } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import { countsOf } from './analytics.ts'
import { readCounts, readMessageHours, readMessageRooms, readOnline } from './store.ts'

export function analyticsRoutes(database: Database): Answering[] {
  return [
    answering(readAnalytics, async () => {
      const [counts, messages_by_hour, messages_by_room, online] = await Promise.all([
        readCounts(database),
        readMessageHours(database),
        readMessageRooms(database),
        readOnline(database),
      ])
      return { ...countsOf(counts), messages_by_hour, messages_by_room, ...online }
    }),
  ]
}
