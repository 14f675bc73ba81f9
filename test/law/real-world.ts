// The law on real parts: server processes on Kafka, PostgreSQL and Redis, killed and restarted.
import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, startCluster } from '@sosik/cli/cluster'
import { createClient } from '@sosik/client'
import { messenger } from '@sosik/contract/catalogue'
import { chatGroup } from '@sosik/contract/chat'
import { friendGroup } from '@sosik/contract/friend'
import { notificationGroup } from '@sosik/contract/notification'
import { type EventLog, groupLag } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { type Database, postgresPool } from 'sosik/postgres'
import { type Random, randomOf } from '../faults/random.ts'
import { createTopics } from '../support/parts.ts'
import { registerPerson } from '../support/person.ts'
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { pick } from './cast.ts'
import { LARGE_ROOM_MEMBERS, type Newcomer, type World } from './world.ts'

const GATEWAYS = 2
const HEAR_MS_MAX = 60
const PASS_MS = 200
const PAUSE_MS_MAX = 20
const LOOK_MS = 100
const RETRY_MS_MAX = 50
/** One change of the bell's mood of so many is a Redis that is restarted. */
const REDIS_OF = 2
/** Those that tell people something. */
const GROUPS = [notificationGroup, chatGroup, friendGroup]

interface Parts {
  readonly cluster: Cluster
  readonly log: EventLog
  readonly database: Database
  /** All roles but the gateway. */
  readonly front: ServerProcess
  readonly gateways: ServerProcess[]
  readonly startGateway: () => Promise<ServerProcess>
  readonly say: (line: string) => void
}

/** `say` is told what starts, and what fails beside the play. */
export async function realWorld(dataDir: string, say: (line: string) => void): Promise<World> {
  const cluster = await startCluster({ dataDir, brokers: 3, fastFailover: true, durable: false })
  try {
    const real = { ...cluster.env }
    await createTopics(real)
    const start = async (roles: readonly string[]) =>
      startServerProcess({
        port: await freePort(),
        folder: dataDir,
        real,
        roles,
        environment: { LARGE_ROOM_MEMBERS: String(LARGE_ROOM_MEMBERS) },
      })
    const workers = messenger.groups.map((group) => `worker:${group.name}`)
    const front = await start(['api', 'relay', ...workers])
    const startGateway = () => start(['gateway'])
    const gateways = await Promise.all(Array.from({ length: GATEWAYS }, startGateway))
    const log = await kafkaEventLog({ brokers: real.KAFKA_BROKERS.split(','), clientId: 'law' })
    const database = postgresPool({
      url: real.DATABASE_URL,
      onError: ({ message }) => say(message),
    })
    say(`real parts: ${GATEWAYS} gateways, and one process for all else`)
    return new RealWorld({ cluster, log, database, front, gateways, startGateway, say })
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

class RealWorld implements World {
  readonly database: Database
  readonly commandsAtOnce = 3
  readonly settleMsMax = 60_000
  readonly faults: unknown[] = []
  readonly #parts: Parts
  /** The open stream of each token. */
  readonly #streams = new Map<string, AbortController>()
  readonly #tokens = new Map<number, string>()
  /** Gateways and Redis on their way back, by name; none is killed again before it is back. */
  readonly #restarts = new Map<string, Promise<void>>()
  /** How often what was restarted. */
  readonly #counts = new Map<string, number>()
  #random: Random = randomOf(1)
  #people = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.database = parts.database
  }

  async begin(seed: number): Promise<void> {
    this.#random = randomOf(seed)
    this.faults.length = 0
  }

  async newcomers(count: number): Promise<Newcomer[]> {
    const people: Newcomer[] = []
    for (let at = 0; at < count; at += 1) {
      this.#people += 1
      const username = `actor_${this.#people}`
      const { userId, client } = await registerPerson(this.#parts.front.url, username, username)
      const { token = '' } = client.options
      this.#tokens.set(userId, token)
      const fetch = (address: string, init: RequestInit) => this.#ask(address, init, token)
      const options = { baseUrl: '', token, fetch, retryMsMax: RETRY_MS_MAX }
      people.push({ userId, client: createClient(options) })
    }
    return people
  }

  hear(amount: number): Promise<void> {
    return delay(amount % HEAR_MS_MAX)
  }

  async bell(mood: number): Promise<void> {
    if (mood % REDIS_OF === 0) this.#restart('redis', () => this.#parts.cluster.restart('redis'))
  }

  disconnect(userId: number): void {
    this.#streams.get(this.#tokens.get(userId) ?? '')?.abort()
  }

  /** SIGKILL; another process takes its place a while later. */
  async kill(at: number): Promise<void> {
    const { gateways, startGateway } = this.#parts
    this.#restart(`gateway ${at % GATEWAYS}`, async () => {
      await pick(gateways, at)?.kill()
      gateways[at % GATEWAYS] = await startGateway()
    })
  }

  pass(): Promise<void> {
    return delay(PASS_MS)
  }

  async expire(): Promise<void> {}

  pause(): Promise<void> {
    return delay(this.#random.below(PAUSE_MS_MAX))
  }

  async calm(): Promise<boolean> {
    await Promise.all(this.#restarts.values())
    return this.#isHandled()
  }

  look(): Promise<void> {
    return delay(LOOK_MS)
  }

  async end(): Promise<void> {
    await Promise.all(this.#restarts.values())
  }

  async close(): Promise<void> {
    const { cluster, log, front, gateways, say } = this.#parts
    for (const [name, count] of this.#counts) say(`real parts: ${name} restarted ${count} times`)
    await Promise.all([front, ...gateways].map((one) => one.kill()))
    await Promise.all([log.close(), this.database.close()])
    await cluster.stop()
  }

  #ask(path: string, init: RequestInit, token: string): Promise<Response> {
    if (path !== '/stream') return fetch(`${this.#parts.front.url}${path}`, init)
    const cut = new AbortController()
    this.#streams.set(token, cut)
    const signals = [cut.signal, ...(init.signal ? [init.signal] : [])]
    const { url } = this.#random.pick(this.#parts.gateways)
    return fetch(`${url}${path}`, { ...init, signal: AbortSignal.any(signals) })
  }

  #restart(name: string, work: () => Promise<void>): void {
    if (this.#restarts.has(name)) return
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    const noted = work()
      .catch((error: unknown) => void this.faults.push(error))
      .finally(() => this.#restarts.delete(name))
    this.#restarts.set(name, noted)
  }

  /** Whether all that was committed was published, and heard by every group that tells of it. */
  async #isHandled(): Promise<boolean> {
    const unsent = await this.database.query('select 1 from outbox where sent_at is null limit 1')
    if (unsent.length > 0) return false
    const lags = await Promise.all(GROUPS.map((group) => groupLag(this.#parts.log.admin, group)))
    return lags.flat().every(({ lag }) => lag === 0n)
  }
}
