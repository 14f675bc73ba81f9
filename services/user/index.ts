// The user service: accounts, sessions, profiles and presence.
import type { Clock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import type { Database, Sql } from 'sosik/postgres'
import {
  type Announce,
  type Caller,
  type ReadProfiles,
  type Service,
  tablesOf,
} from '../service.ts'
import { createPasswords } from './passwords.ts'
import { createPresence, PRESENCE_TIMING, type Presence, type PresenceTiming } from './presence.ts'
import { createRepeat } from './repeat.ts'
import { userRoutes } from './routes.ts'
import { deleteExpiredSessions, findSession, livingSessions, readProfiles } from './store.ts'
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
  /** Which of the sessions have not ended. */
  livingSessions(sql: Sql, sessionIds: readonly string[]): Promise<ReadonlySet<string>>
  readonly readProfiles: ReadProfiles
  readonly presence: Presence
  /** Hears of every session that ends in this process, by a sign-out or by its age. */
  onSessionEnded(listener: (caller: Caller) => void): void
  /** Begins to keep the streams that are open here, and to end what is over anywhere. */
  start(): void
  stop(): Promise<void>
}

const ENDED_ROWS_MAX = 1_000
/** A stream ends within a second of its session: so often expired ones are looked for. */
const EXPIRY_MS = 500

export function userService(parts: UserParts): UserService {
  const { database, clock, onError, presenceTiming: timing = PRESENCE_TIMING } = parts
  const presence = createPresence({ ...parts, timing })
  const listeners: ((caller: Caller) => void)[] = []
  const now = () => new Date(clock.nowMs())

  async function sessionsEnded(callers: readonly Caller[]): Promise<void> {
    for (const caller of callers) for (const listener of listeners) listener(caller)
    await presence.sessionsEnded(callers)
  }

  async function endExpired(): Promise<void> {
    let expired: Caller[]
    do {
      expired = await deleteExpiredSessions(database, now(), ENDED_ROWS_MAX)
      if (expired.length > 0) await sessionsEnded(expired)
    } while (expired.length === ENDED_ROWS_MAX)
  }

  const repeats = [
    createRepeat({ clock, onError, pauseMs: timing.renewalMs, work: presence.renew }),
    createRepeat({ clock, onError, pauseMs: timing.sweepMs, work: presence.sweep }),
    createRepeat({ clock, onError, pauseMs: EXPIRY_MS, work: endExpired }),
  ]
  return {
    name: 'user',
    migrations: tablesOf('user', import.meta.url),
    routes: userRoutes({
      ...parts,
      passwords: createPasswords(),
      signedIn: (caller) => presence.active(caller),
      signedOut: (caller) => sessionsEnded([caller]),
    }),
    hears: [],
    authenticate: (token) => findSession(database, tokenHash(token), now()),
    livingSessions: (sql, sessionIds) => livingSessions(sql, sessionIds, now()),
    readProfiles,
    presence,
    onSessionEnded: (listener) => void listeners.push(listener),
    start() {
      for (const repeat of repeats) repeat.start()
    },
    async stop() {
      await Promise.all(repeats.map((repeat) => repeat.stop()))
      await presence.stop()
    },
  }
}
