// What the user service's tests stand on: the service, a clock, and ears for what it says.
import { randomBytes } from 'node:crypto'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import { signOut } from '@sosik/contract/user'
import { type Clock, encode, systemClock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, migrate } from 'sosik/postgres'
import { scratchDatabase, scratchPglite } from 'sosik/testing'
import { uuidv7 } from 'uuidv7'
import { type Announced, ask, type Given, rememberAnnounced } from '../rehearsal.ts'
import type { Caller, RouteRequest } from '../service.ts'
import { type UserService, userService } from './index.ts'
import { createPresence, PRESENCE_TIMING, type PresenceKeeper } from './presence.ts'
import { insertSession } from './session-store.ts'
import { insertAccount } from './store.ts'

export const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

export interface Stage extends Announced {
  /** In the process, or on a server. */
  readonly where: string
  readonly database: Database
  readonly user: UserService
  readonly clock: Clock & { nowMs(): number }
  readonly errors: Error[]
  /** What `publish` fails with; nothing fails without. */
  failure: Error | undefined
  readonly ask: <One extends AnyRoute>(
    route: One,
    userId: number,
    given?: Given,
  ) => Promise<AnswerOf<One>>
  readonly signOut: (caller: Caller) => Promise<void>
  /** Somebody registered without the cost of a password. */
  readonly somebody: () => Promise<number>
  /** A session without the request that opens one: nobody is online by it. */
  readonly session: (userId: number) => Promise<Caller>
  /** Presence as one more server process has it. */
  readonly process: () => PresenceKeeper
  /** Online statuses told since the last look. */
  readonly told: () => Record<string, unknown>[]
  /** Lets time pass for the clock and for every lease. */
  readonly pass: (ms: number) => Promise<void>
}

/** The same on PostgreSQL inside the process and on a server. */
export const openStages = async (): Promise<Stage[]> => [
  await openStage('in the process', await scratchPglite()),
  await openStage('on a server', await scratchDatabase()),
]

export async function openStage(where: string, database: Database): Promise<Stage> {
  const announced = rememberAnnounced()
  const told: Record<string, unknown>[] = []
  const errors: Error[] = []
  let nowMs = START_MS
  let people = 0

  async function publish(event: NewEvent): Promise<void> {
    await Promise.resolve()
    if (stage.failure !== undefined) throw stage.failure
    encode(event, { id: uuidv7(), time: new Date().toISOString() })
    told.push({ ...event.data })
  }

  const clock: Clock = { nowMs: () => nowMs, after: (ms, call) => systemClock.after(ms, call) }
  const onError = (error: Error) => void errors.push(error)
  const parts = { database, publish, clock, onError }
  const user = userService({ ...parts, announce: announced.announce, newSessionId: uuidv7 })

  const stage: Stage = {
    ...announced,
    where,
    database,
    user,
    clock,
    errors,
    failure: undefined,
    ask: (route, userId, given) => ask(user, route, userId, given),
    async signOut(caller) {
      const handler = user.routes.find((one) => one.route === signOut)?.handler
      const request = { params: {}, query: {}, body: {}, caller, correlationId: 'request' }
      await handler?.(request as RouteRequest)
    },
    somebody() {
      const username = `person_${(people += 1)}`
      const given = { email: `${username}@example.com`, username, display_name: username }
      return database.transaction(async (tx) => {
        const account = await insertAccount(tx, given, 'none', new Date(nowMs))
        return account.user_id
      })
    },
    async session(userId) {
      const sessionId = uuidv7()
      const session = { userId, sessionId, tokenHash: randomBytes(32), device: '' }
      await insertSession(database, { ...session, now: new Date(nowMs) }, 'none')
      return { userId, sessionId }
    },
    process: () => createPresence({ ...parts, timing: PRESENCE_TIMING }),
    told: () => told.splice(0),
    async pass(ms) {
      nowMs += ms
      await database.query(
        `update user_presence_lease set until = until - $1 * interval '1 millisecond'
         where lease_id = any(array(
           select lease_id from user_presence_lease order by lease_id for update))`,
        [ms],
      )
    },
  }
  await migrate(database, user.migrations)
  return stage
}
