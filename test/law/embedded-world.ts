// The law's world in one process: the messenger's services on PGlite, under mishaps a seed decides.
import { setImmediate } from 'node:timers/promises'
import { createClient } from '@sosik/client'
import { NOTIFICATIONS_KEPT_DAYS } from '@sosik/contract/notification'
import { UserRegistered } from '@sosik/contract/user'
import { createServices, type Services } from '@sosik/server/src/services.ts'
import { findLargeRooms, readersAmong } from '@sosik/services/chat/store/large-rooms.ts'
import { type Gateway, liveService } from '@sosik/services/live/index.ts'
import { sweepNotices } from '@sosik/services/notification/sweep.ts'
import { insertAccount } from '@sosik/services/user/store.ts'
import { DomainEventProducer, type Outbox } from 'sosik'
import { days } from 'sosik/catalogue'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { type Database, migrate } from 'sosik/postgres'
import { scratchPglite } from 'sosik/testing'
import { type Random, randomOf } from '../faults/random.ts'
import { type Bell, BellAwayError, lawBell, MOODS } from './bell.ts'
import { pick } from './cast.ts'
import { type LawClock, lawClock } from './clock.ts'
import { type Door, lawDoor } from './door.ts'
import { filesInMemory } from './files-in-memory.ts'
import { type Ears, lawEars } from './hearing.ts'
import { LARGE_ROOM_MEMBERS, type Newcomer, type World } from './world.ts'

const GATEWAYS = 2
const HEARD_MAX = 6
const PAUSES_MAX = 6
/** More than the time between two heartbeats. */
const PASS_MS = 16_000
const LOOK_MS = 500

export async function embeddedWorld(): Promise<World> {
  const world = new EmbeddedWorld(await scratchPglite())
  await world.open()
  return world
}

class EmbeddedWorld implements World {
  readonly database: Database
  readonly commandsAtOnce = 1
  readonly settleMsMax = 10_000
  readonly faults: unknown[] = []
  readonly #clock: LawClock = lawClock()
  /** For what is published without the outbox; nobody here reads it. */
  readonly #log = embeddedEventLog({ storage: memoryStorage() })
  readonly #ears: Ears
  readonly #bell: Bell
  readonly #door: Door
  readonly #services: Services
  #gateways: Gateway[] = []
  #random: Random = randomOf(1)
  #people = 0

  constructor(database: Database) {
    this.database = database
    const nowMs = () => this.#clock.nowMs()
    this.#bell = lawBell(() => this.#random, nowMs)
    this.#ears = lawEars(database, nowMs)
    const outbox: Outbox = {
      add: async (tx, events) => this.#ears.announce(tx, events),
      addTraced: async (tx, traced) =>
        this.#ears.announce(
          tx,
          traced.map(({ event }) => event),
        ),
      onCommit: () => () => {},
    }
    this.#services = createServices({
      ...this.#liveParts(),
      outbox,
      producer: new DomainEventProducer({ log: this.#log, clock: this.#clock }),
      admin: this.#log.admin,
      fileStore: filesInMemory(),
      largeRoomMembers: LARGE_ROOM_MEMBERS,
    })
    this.#ears.listen(this.#services.all)
    this.#door = lawDoor({
      answerings: this.#services.all.flatMap((service) => service.routes),
      gateway: () => this.#random.pick(this.#gateways),
    })
  }

  async open(): Promise<void> {
    const migrations = this.#services.all.flatMap((service) => service.migrations)
    await migrate(this.database, migrations)
  }

  async begin(seed: number): Promise<void> {
    this.#random = randomOf(seed)
    this.#clock.begin()
    this.faults.length = 0
    await this.#stopGateways()
    this.#gateways = Array.from({ length: GATEWAYS }, () => this.#newGateway())
  }

  async newcomers(count: number): Promise<Newcomer[]> {
    const people: Newcomer[] = []
    for (let at = 0; at < count; at += 1) people.push(await this.#register())
    return people
  }

  async hear(amount: number): Promise<void> {
    for (let left = amount % HEARD_MAX; left >= 0; left -= 1) {
      await this.#ears.hearSome(this.#random)
    }
  }

  bell(mood: number): Promise<void> {
    return this.#bell.become(pick(MOODS, mood) ?? 'prompt')
  }

  disconnect(userId: number): void {
    this.#door.cut({ userId })
  }

  async kill(at: number): Promise<void> {
    const gateway = pick(this.#gateways, at)
    if (gateway === undefined) return
    this.#gateways[at % GATEWAYS] = this.#newGateway()
    this.#door.cut({ gateway })
    await gateway.stop()
  }

  pass(): Promise<void> {
    return this.#clock.pass(PASS_MS)
  }

  async expire(): Promise<void> {
    const { deliverState } = this.#services.live.delivery
    const then = new Date(this.#clock.nowMs() + days(NOTIFICATIONS_KEPT_DAYS))
    await sweepNotices({ database: this.database, deliverState }, then)
  }

  async pause(): Promise<void> {
    for (let left = this.#random.below(PAUSES_MAX); left > 0; left -= 1) await setImmediate()
  }

  async calm(): Promise<boolean> {
    await this.#bell.become('prompt')
    while (await this.#ears.hearSome(this.#random)) await setImmediate()
    return true
  }

  async look(): Promise<void> {
    await this.#clock.pass(LOOK_MS)
    await setImmediate()
  }

  async end(): Promise<void> {
    this.#ears.forget()
    await this.#bell.become('prompt')
  }

  async close(): Promise<void> {
    await this.#stopGateways()
    await this.#log.close()
    await this.database.close()
  }

  async #stopGateways(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.stop()))
  }

  #newGateway(): Gateway {
    const { gateway } = liveService({
      ...this.#liveParts(),
      livingSessions: async (_sql, ids) => new Set(ids),
      largeRooms: findLargeRooms,
      readersAmong,
      // Those of a gateway that stops end at once.
      random: () => 0,
    })
    gateway.start()
    return gateway
  }

  #liveParts() {
    return {
      database: this.database,
      fanout: this.#bell.fanout,
      clock: this.#clock,
      onError: (error: Error) => {
        if (!(error instanceof BellAwayError)) this.faults.push(error)
      },
    }
  }

  /** Past the route: its password hash alone takes longer than a round. */
  async #register(): Promise<Newcomer> {
    this.#people += 1
    const username = `actor_${this.#people}`
    const given = { email: `${username}@example.com`, username, display_name: username }
    const now = new Date(this.#clock.nowMs())
    const userId = await this.database.transaction(async (tx) => {
      const { user_id } = await insertAccount(tx, given, 'none', now)
      const registered = { user_id, ...given, timestamp: now.toISOString() }
      this.#ears.announce(tx, [UserRegistered.of(registered)])
      return user_id
    })
    const options = { baseUrl: '', token: String(userId), fetch: this.#door.fetch, retryMsMax: 1 }
    return { userId, client: createClient(options) }
  }
}
