// The law's world in one process: the messenger's services on PGlite, under mishaps a seed decides.
import { setImmediate } from 'node:timers/promises'
import { createClient } from '@sosik/client'
import { UserRegistered } from '@sosik/contract/user'
import { createServices } from '@sosik/server/src/services.ts'
import { type Gateway, liveService } from '@sosik/services/live/index.ts'
import { insertAccount } from '@sosik/services/user/store.ts'
import type { DomainEventProducer, LogAdmin, Outbox } from 'sosik'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { type Random, randomOf } from '../faults/random.ts'
import { type Bell, lawBell, MOODS } from './bell.ts'
import { beginAnew, type Cast, castOf, closeAll, pick, show } from './cast.ts'
import { type LawClock, lawClock } from './clock.ts'
import { differencesOf } from './differences.ts'
import { type Door, lawDoor } from './door.ts'
import { type Ears, lawEars } from './hearing.ts'
import type { MISHAPS, Step } from './steps.ts'

const GATEWAYS = 2
const ACTORS = 4
const HEARD_MAX = 6
const PASS_MS = 16_000
const LOOK_MS = 500
/** Of the machine's own time; a session that stands still longer has lost something. */
const SETTLE_MS_MAX = 20_000

/** What a round is played in; the embedded one and the real one. */
export interface World {
  /** People who have never been there before. */
  people(): Promise<Cast>
  mishap(name: (typeof MISHAPS)[number], cast: Cast, step: Step): Promise<string[]>
  /** Lets all that happened arrive; answers where a session shows something else than there is. */
  settle(cast: Cast): Promise<string[]>
  /** Seeds what the steps leave open. */
  begin(seed: number): void
  end(cast: Cast): Promise<void>
  close(): Promise<void>
}

export async function embeddedWorld(): Promise<World> {
  const world = new EmbeddedWorld(await pgliteDatabase())
  await world.open()
  return world
}

class EmbeddedWorld implements World {
  readonly #database: Database
  readonly #clock: LawClock = lawClock()
  readonly #ears: Ears
  readonly #bell: Bell
  readonly #door: Door
  readonly #services: ReturnType<typeof createServices>
  #gateways: Gateway[] = []
  #random: Random = randomOf(1)
  #people = 0

  constructor(database: Database) {
    this.#database = database
    this.#bell = lawBell(() => this.#random)
    this.#ears = lawEars(database, () => this.#clock.nowMs())
    const outbox = {
      add: async (tx, events) => this.#ears.announce(tx, events),
      addTraced: async (tx, traced) =>
        this.#ears.announce(
          tx,
          traced.map(({ event }) => event),
        ),
      onCommit: () => () => {},
    } satisfies Outbox
    this.#services = createServices({
      ...this.#liveParts(),
      outbox,
      // Only online statuses and the rebuilding of analytics need a log, and neither is asked for.
      producer: undefined as unknown as DomainEventProducer,
      admin: undefined as unknown as LogAdmin,
    })
    this.#ears.listen(this.#services.all)
    this.#door = lawDoor({
      answerings: this.#services.all.flatMap((service) => service.routes),
      gateway: () => this.#random.pick(this.#gateways),
    })
  }

  async open(): Promise<void> {
    await migrate(
      this.#database,
      this.#services.all.flatMap((service) => service.migrations),
    )
    this.#gateways = Array.from({ length: GATEWAYS }, () => this.#newGateway())
  }

  begin(seed: number): void {
    this.#random = randomOf(seed)
  }

  async people(): Promise<Cast> {
    const people = []
    for (let at = 0; at < ACTORS; at += 1) people.push(await this.#register())
    return castOf(people)
  }

  async mishap(name: (typeof MISHAPS)[number], cast: Cast, step: Step): Promise<string[]> {
    if (name === 'settle') return this.settle(cast)
    await this.#mishaps[name](cast, step)
    for (let waits = this.#random.below(HEARD_MAX); waits > 0; waits -= 1) await setImmediate()
    return []
  }

  async settle(cast: Cast): Promise<string[]> {
    await this.#bell.become('prompt')
    const deadline = Date.now() + SETTLE_MS_MAX
    for (;;) {
      while (await this.#ears.hearOne(this.#random)) await setImmediate()
      const behind = await this.#behind(cast)
      if (behind.length === 0) break
      if (Date.now() > deadline) return behind
      await this.#clock.pass(LOOK_MS)
      await setImmediate()
    }
    return (await Promise.all(cast.actors.map(differencesOf))).flat()
  }

  async end(cast: Cast): Promise<void> {
    closeAll(cast)
    this.#ears.forget()
    await this.#bell.become('prompt')
  }

  async close(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.stop()))
    await this.#database.close()
  }

  readonly #mishaps: Readonly<
    Record<
      Exclude<(typeof MISHAPS)[number], 'settle'>,
      (cast: Cast, step: Step) => Promise<unknown> | void
    >
  > = {
    hear: async (_cast, { at }) => {
      for (let heard = at % HEARD_MAX; heard >= 0; heard -= 1) {
        await this.#ears.hearOne(this.#random)
      }
    },
    bell: (_cast, { at }) => this.#bell.become(pick(MOODS, at) ?? 'prompt'),
    disconnect: ({ actors }, { by }) => this.#door.cut({ userId: pick(actors, by)?.userId ?? 0 }),
    kill: (_cast, { at }) => this.#kill(at % GATEWAYS),
    pass: () => this.#clock.pass(PASS_MS),
    anew({ actors }, { by }) {
      const actor = pick(actors, by)
      if (actor) beginAnew(actor)
    },
    show({ actors, rooms }, { by, at }) {
      const [actor, roomId] = [pick(actors, by), pick(rooms, at)]
      if (actor && roomId !== undefined) show(actor, roomId)
    },
    // As if the line had not been read for longer than it is kept.
    forget: ({ actors }, { by }) => {
      const userId = pick(actors, by)?.userId
      return this.#database.query('delete from user_events where user_id = $1', [userId])
    },
  }

  /** At once: nothing is sent any more, and another process takes its place. */
  async #kill(at: number): Promise<void> {
    const gateway = this.#gateways[at]
    if (gateway === undefined) return
    this.#gateways[at] = this.#newGateway()
    this.#door.cut({ gateway })
    await gateway.stop()
  }

  #newGateway(): Gateway {
    const { gateway } = liveService(this.#liveParts())
    gateway.start()
    return gateway
  }

  #liveParts() {
    return {
      database: this.#database,
      fanout: this.#bell.fanout,
      clock: this.#clock,
      // Bells that cannot be rung are part of it; what they cost is looked at in the end.
      onError: () => {},
    }
  }

  async #register() {
    this.#people += 1
    const username = `actor_${this.#people}`
    const given = { email: `${username}@example.com`, username, display_name: username }
    const userId = await this.#database.transaction(async (tx) => {
      const { user_id } = await insertAccount(tx, given, 'none', new Date(this.#clock.nowMs()))
      const timestamp = new Date(this.#clock.nowMs()).toISOString()
      this.#ears.announce(tx, [UserRegistered.of({ user_id, ...given, timestamp })])
      return user_id
    })
    const { fetch } = this.#door
    return {
      userId,
      client: createClient({ baseUrl: '', token: String(userId), fetch, retryMsMax: 1 }),
    }
  }

  /** Whose session does not know yet all that they were told. */
  async #behind({ actors }: Cast): Promise<string[]> {
    const rows = await this.#database.query<{ user_id: number; user_seq: number }>(
      'select user_id, user_seq from live_head where user_id = any($1)',
      [actors.map((one) => one.userId)],
    )
    const heads = new Map(rows.map((row) => [row.user_id, row.user_seq]))
    return actors.flatMap(({ userId, session }) => {
      const [head, known] = [heads.get(userId) ?? 0, session.cursor?.split('.')[1]]
      return Number(known) === head ? [] : [`user ${userId} knows ${known} of ${head}`]
    })
  }
}
