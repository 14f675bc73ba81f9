// The notification service: stored notifications, and who is told what of each event.
import type { Database } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { type NotificationParts, notificationHearing } from './on.ts'
import { notificationRoutes } from './routes.ts'

export function notificationService(parts: NotificationParts & { database: Database }): Service {
  return {
    name: 'notification',
    migrations: tablesOf('notification', import.meta.url),
    routes: notificationRoutes(parts),
    hears: [notificationHearing(parts)],
  }
}
