// The analytics service: what happened, in numbers that a rebuild from the log confirms.
import type { Clock, LogAdmin } from 'sosik'
import { type Database, gatherUntilCommit } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { counters } from './counters.ts'
import { analyticsHearing } from './on.ts'
import { createRebuilds } from './rebuild/rebuild.ts'
import { analyticsRoutes } from './routes.ts'

export interface AnalyticsParts {
  readonly database: Database
  /** A rebuild reads the log in no group, so that nobody is held up. */
  readonly admin: LogAdmin
  readonly clock: Clock
  readonly newId: () => string
  /** Hears of a rebuild that failed for a reason that is none of ours. */
  readonly onError: (error: Error) => void
}

export interface AnalyticsService extends Service {
  /** Gives a rebuild up that runs here; resolves when nothing of it is at work any more. */
  stop(): Promise<void>
}

export function analyticsService(parts: AnalyticsParts): AnalyticsService {
  const rebuilds = createRebuilds(parts)
  const { add, keepStatus } = counters
  const count = gatherUntilCommit(add)
  return {
    name: 'analytics',
    migrations: tablesOf('analytics', import.meta.url, ['tables', 'rebuild']),
    routes: analyticsRoutes({ ...parts, rebuilds }),
    hears: [analyticsHearing({ count: (tx, one) => count(tx, [one]), keepStatus })],
    stop: () => rebuilds.stop(),
  }
}
