// The user service: accounts, sessions, profiles and presence.
import type { Clock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import type { Database, Sql } from 'sosik/postgres'
import {
  type Announce,
  type Caller,
  type ReadPresence,
  type ReadProfiles,
  type Service,
  tablesOf,
} from '../service.ts'
import { createPasswords } from './passwords.ts'
import { readPresence, watching } from './presence-store.ts'
import { createPresence, PRESENCE_TIMING, type Presence, type PresenceTiming } from './presence.ts'
import { createRepeat } from '../repeat.ts'
import { userRoutes } from './routes.ts'
import { deleteEndedSessions, findSession, livingSessions } from './session-store.ts'
import { readProfiles } from './store.ts'
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
  readonly readPresence: ReadPresence
  /** Who of these people has a stream open, in any process. */
  readonly watching: (sql: Sql, userIds: readonly number[]) => Promise<number[]>
  readonly presence: Presence
  /** Hears of every session that ends in this process, by its owner or by its age. */
  onSessionEnded(listener: (caller: Caller) => void): void
  /** Begins to keep the streams that are open here, and to end what is over anywhere. */
  start(): void
  stop(): Promise<void>
}

const ENDED_ROWS_MAX = 1_000
/** A stream ends within a second of its session: so often the ones that are over are ended. */
const SESSION_SWEEP_MS = 500

export function userService(parts: UserParts): UserService {
  const { database, clock, onError, presenceTiming: timing = PRESENCE_TIMING } = parts
  const presence = createPresence({ ...parts, timing })
  const listeners: ((caller: Caller) => void)[] = []
  const now = () => new Date(clock.nowMs())

  async function sessionsEnded(callers: readonly Caller[]): Promise<void> {
    for (const caller of callers) for (const listener of listeners) listener(caller)
    await presence.sessionsEnded(callers)
  }

  async function sweepSessions(): Promise<void> {
    let ended: Caller[]
    do {
      ended = await deleteEndedSessions(database, now(), ENDED_ROWS_MAX)
      if (ended.length > 0) await sessionsEnded(ended)
    } while (ended.length === ENDED_ROWS_MAX)
  }

  const repeats = [
    { pauseMs: timing.renewalMs, work: presence.renew },
    { pauseMs: timing.sweepMs, work: presence.sweep },
    { pauseMs: SESSION_SWEEP_MS, work: sweepSessions },
  ].map((one) => createRepeat({ clock, onError, ...one }))
  return {
    name: 'user',
    migrations: tablesOf('user', import.meta.url, ['tables', 'sessions']),
    routes: userRoutes({
      ...parts,
      passwords: createPasswords(),
      signedIn: (caller) => presence.active(caller),
      sessionsEnded,
      hidePresence: presence.hide,
    }),
    hears: [],
    authenticate: (token) => findSession(database, tokenHash(token), now()),
    livingSessions: (sql, sessionIds) => livingSessions(sql, sessionIds, now()),
    readProfiles,
    readPresence,
    watching,
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
