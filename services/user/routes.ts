// The user service's routes, all of them: sessions and profiles.
import type { Answering } from '../service.ts'
import type { UserRouteParts } from './routes/parts.ts'
import { profileRoutes } from './routes/profiles.ts'
import { entryRoutes, sessionRoutes } from './routes/sessions.ts'

export function userRoutes(parts: UserRouteParts): Answering[] {
  return [...entryRoutes(parts), ...sessionRoutes(parts), ...profileRoutes(parts)]
}
