// Analytics' routes, all of them for the operator.
import {
  BUSY_DAYS_MAX,
  BUSY_ROOMS,
  readAnalytics,
  readBusyRooms,
  readRebuild,
  readSeries,
  rebuildAnalytics,
} from '@sosik/contract/analytics'
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import {
  COUNTED_EVENT,
  countPoints,
  countsOf,
  HOUR_MS,
  intervalsOf,
  peakPoints,
  rangeOf,
} from './analytics.ts'
import type { Rebuilds } from './rebuild/rebuild.ts'
import {
  readBusiest,
  readCounts,
  readKindCounts,
  readLevels,
  readMessageHours,
  readMessageRooms,
  readOnline,
} from './store.ts'

export interface AnalyticsRouteParts {
  readonly database: Database
  readonly clock: Clock
  readonly rebuilds: Rebuilds
}

export function analyticsRoutes({ database, clock, rebuilds }: AnalyticsRouteParts): Answering[] {
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

    answering(readSeries, async ({ query }) => {
      const intervals = intervalsOf(query, clock.nowMs())
      if (query.metric === 'online_peak') {
        const { before, levels } = await readLevels(database, intervals)
        return { points: peakPoints(intervals, before, levels) }
      }
      const counts = await readKindCounts(database, COUNTED_EVENT[query.metric], intervals)
      return { points: countPoints(intervals, counts) }
    }),

    answering(readBusyRooms, async ({ query }) => {
      const range = rangeOf(query, BUSY_DAYS_MAX * 24 * HOUR_MS)
      return { items: await readBusiest(database, range, query.limit ?? BUSY_ROOMS) }
    }),

    answering(rebuildAnalytics, ({ body }) => rebuilds.start(body.dry_run ?? false)),

    answering(readRebuild, () => rebuilds.status()),
  ]
}
