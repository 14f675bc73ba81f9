// The user service: accounts, sessions, profiles and presence.
import type { Clock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import type { Database } from 'sosik/postgres'
import {
  type Announce,
  type Caller,
  type ReadProfiles,
  type Service,
  tablesOf,
} from '../service.ts'
import { createPasswords } from './passwords.ts'
import { createPresence, type Presence, type PresenceTiming } from './presence.ts'
import { userRoutes } from './routes.ts'
import { deleteExpiredSessions, findSession, readProfiles } from './store.ts'
import { tokenHash } from './user.ts'

export interface UserParts {
  readonly database: Database
  readonly announce: Announce
  /** Straight to the log, for online status. */
  readonly publish: (event: NewEvent) => Promise<unknown>
  readonly clock: Clock
  readonly newSessionId: () => string
  readonly onError: (error: Error) => void
  readonly presenceTiming?: PresenceTiming
}

export interface UserService extends Service {
  /** The session of a token, unless it has ended. */
  authenticate(token: string): Promise<Caller | undefined>
  readonly readProfiles: ReadProfiles
  readonly presence: Presence
  /** Hears of every session that ends by a sign-out in this process. */
  onSessionEnded(listener: (caller: Caller) => void): void
  start(): void
  stop(): Promise<void>
}

export function userService(parts: UserParts): UserService {
  const { database, clock, presenceTiming } = parts
  const presence = createPresence({
    ...parts,
    ...(presenceTiming !== undefined && { timing: presenceTiming }),
  })
  const listeners: ((caller: Caller) => void)[] = []
  const now = () => new Date(clock.nowMs())
  const routes = userRoutes({
    ...parts,
    passwords: createPasswords(),
    signedIn: (caller) => presence.active(caller),
    async signedOut(caller) {
      for (const listener of listeners) listener(caller)
      await presence.sessionEnded(caller.sessionId)
    },
  })
  return {
    name: 'user',
    migrations: tablesOf('user', import.meta.url),
    routes,
    hears: [],
    authenticate: (token) => findSession(database, tokenHash(token), now()),
    readProfiles,
    presence,
    onSessionEnded: (listener) => void listeners.push(listener),
    start() {
      presence.start()
      deleteExpiredSessions(database, now()).catch(parts.onError)
    },
    stop: () => presence.stop(),
  }
}
