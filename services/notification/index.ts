// The notification service: stored notifications, and who is told what of each event.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import { createRepeat } from '../repeat.ts'
import { type Service, tablesOf } from '../service.ts'
import { type NotificationParts, notificationHearing } from './on.ts'
import { notificationRoutes } from './routes.ts'
import { sweepNotices } from './sweep.ts'

export interface NotificationService extends Service {
  /** Begins to sweep. */
  start(): void
  stop(): Promise<void>
}

export interface NotificationServiceParts extends NotificationParts {
  readonly database: Database
  readonly clock: Clock
  readonly onError: (error: Error) => void
}

const SWEEP_MS = 600_000

export function notificationService(parts: NotificationServiceParts): NotificationService {
  const { clock, onError } = parts
  const work = () => sweepNotices(parts, new Date(clock.nowMs()))
  const sweep = createRepeat({ clock, pauseMs: SWEEP_MS, work, onError })
  return {
    name: 'notification',
    migrations: tablesOf('notification', import.meta.url, ['tables', 'unread']),
    routes: notificationRoutes(parts),
    hears: [notificationHearing(parts)],
    start: sweep.start,
    stop: sweep.stop,
  }
}
