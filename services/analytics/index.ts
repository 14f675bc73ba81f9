// The analytics service: what happened, in numbers that a replay rebuilds.
import type { Database } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { analyticsHearing } from './on.ts'
import { analyticsRoutes } from './routes.ts'

export interface AnalyticsParts {
  readonly database: Database
}

export function analyticsService({ database }: AnalyticsParts): Service {
  return {
    name: 'analytics',
    migrations: tablesOf('analytics', import.meta.url),
    routes: analyticsRoutes(database),
    hears: [analyticsHearing()],
  }
}
