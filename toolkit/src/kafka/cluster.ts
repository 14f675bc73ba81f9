// The cluster as this process knows it: its brokers, its topics, and who leads which partition.
import type { API, Broker, ConnectionOptions } from '@platformatic/kafka'
import { apiVersionsV3, metadataV12, parseBroker } from '@platformatic/kafka'
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'
import { OldBrokerError, TopicMissingError } from '../errors.ts'
import { ANY_BROKER, Connections } from './connections.ts'
import { brokerError, CODE, retrying } from './faults.ts'
import { type Leadership, newestLeaders, NO_LEADER } from './leaders.ts'

export interface Topic extends Leadership {
  readonly name: string
  readonly id: string
  readonly replicationFactor: number
}

/** What the brokers' statistics call this client. */
const SOFTWARE = 'sosik'
const VERSION = '0.1.0'
const CONSUMER_GROUP_HEARTBEAT = 68
const CONSUMER_GROUP_HEARTBEAT_VERSION = 1
const METADATA_TIMEOUT_MS = 3000
const METADATA_AGE_MS_MAX = 300_000
const CONNECT_TIMEOUT_MS = 30_000

export class Cluster {
  readonly clock: Clock
  readonly #clientId: string
  readonly #options: ConnectionOptions
  readonly #bootstrap: Broker[]
  readonly #closing = new AbortController()
  readonly #connections: Connections
  // A broker that waits for the controllers keeps the next request on its connection waiting.
  readonly #slowConnections: Connections
  readonly #topics = new Map<string, Topic>()
  readonly #namesById = new Map<string, string>()
  #brokers = new Map<number, Broker>()
  #turn = 0

  constructor(
    brokers: readonly string[],
    clientId: string,
    options: ConnectionOptions,
    clock: Clock,
  ) {
    this.clock = clock
    this.#clientId = clientId
    this.#options = options
    this.#bootstrap = brokers.map((address) => parseBroker(address))
    this.#connections = this.connections()
    this.#slowConnections = this.connections()
  }

  /** Aborted when the cluster is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Finds the brokers; rejects with `OldBrokerError` when they are older than Kafka 4.0. */
  async connect(): Promise<void> {
    await retrying(this, 'No broker was reached.', CONNECT_TIMEOUT_MS, async () => {
      const { api } = apiVersionsV3
      const known = await this.call(ANY_BROKER, METADATA_TIMEOUT_MS, api, SOFTWARE, VERSION)
      const heartbeat = known.apiKeys.find(({ apiKey }) => apiKey === CONSUMER_GROUP_HEARTBEAT)
      if ((heartbeat?.maxVersion ?? -1) < CONSUMER_GROUP_HEARTBEAT_VERSION) {
        throw new OldBrokerError(`Asked: ${this.#bootstrap.map(addressOf).join(', ')}.`)
      }
      await this.refresh([])
    })
    void this.#keepFresh()
  }

  /** A set of connections of its own, which its user closes. */
  connections(): Connections {
    return new Connections(this.#clientId, this.#options, this.clock, (broker) =>
      this.#addresses(broker),
    )
  }

  /** A request on the cluster's own connections: for rare and short ones. */
  call<Arguments extends unknown[], Answer>(
    broker: number,
    timeoutMs: number,
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer> {
    const asked = this.#connections.call(broker, timeoutMs, api, ...parameters)
    return broker === ANY_BROKER ? this.#turning(asked) : asked
  }

  /** A request to any broker that may wait for the controllers. */
  callSlow<Arguments extends unknown[], Answer>(
    timeoutMs: number,
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer> {
    return this.#turning(this.#slowConnections.call(ANY_BROKER, timeoutMs, api, ...parameters))
  }

  brokerIds(): number[] {
    return [...this.#brokers.keys()]
  }

  topic(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  topicById(id: string): Topic | undefined {
    return this.#topics.get(this.#namesById.get(id) ?? '')
  }

  /** The id of the broker that leads the partition; undefined while none is known to. */
  leaderOf(topic: string, partition: number): number | undefined {
    const leader = this.#topics.get(topic)?.leaders[partition] ?? NO_LEADER
    return leader !== NO_LEADER && this.#brokers.has(leader) ? leader : undefined
  }

  /** Learns the topics as they are now; rejects with `TopicMissingError` when one is missing. */
  async require(names: readonly string[], timeoutMs: number): Promise<void> {
    await retrying(this, `Topics: ${names.join(', ')}.`, timeoutMs, () => this.refresh(names))
    const missing = names.filter((name) => !this.#topics.has(name))
    if (missing.length > 0) throw new TopicMissingError(missing)
  }

  /** Asks one broker, another one after a failure, for the brokers and these topics. */
  async refresh(names: readonly string[], timeoutMs = METADATA_TIMEOUT_MS): Promise<void> {
    this.#learn(await this.describe(ANY_BROKER, names, timeoutMs))
  }

  /** The metadata as one broker has it. */
  describe(broker: number, names: readonly string[], timeoutMs = METADATA_TIMEOUT_MS) {
    return this.call(broker, timeoutMs, metadataV12.api, [...names], false, false)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#connections.close(), this.#slowConnections.close()])
  }

  /** After a failure the next request goes to another broker: by one, however many have failed. */
  async #turning<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const turn = this.#turn
    try {
      return await asked
    } catch (error) {
      if (this.#turn === turn) this.#turn += 1
      throw error
    }
  }

  /** Partitions and brokers are added without an error that would tell of it. */
  async #keepFresh(): Promise<void> {
    const { signal } = this.#closing
    for (;;) {
      await sleep(this.clock, METADATA_AGE_MS_MAX, signal)
      if (signal.aborted) return
      // Who needs what could not be learned asks for it again, and hears of the error.
      await this.refresh([...this.#topics.keys()]).catch(() => {})
    }
  }

  #learn({ brokers, topics }: Awaited<ReturnType<Cluster['describe']>>): void {
    this.#brokers = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    for (const { errorCode, name, topicId, partitions } of topics) {
      if (typeof name !== 'string') continue
      this.#namesById.delete(this.#topics.get(name)?.id ?? '')
      if (errorCode === CODE.UNKNOWN_TOPIC_OR_PARTITION || errorCode === CODE.INVALID_TOPIC) {
        this.#topics.delete(name)
      } else if (errorCode !== CODE.NONE) {
        throw brokerError(errorCode, name)
      } else {
        const replicationFactor = partitions[0]?.replicaNodes.length ?? 0
        const known = this.#topics.get(name)
        const leadership = newestLeaders(known?.id === topicId ? known : undefined, partitions)
        this.#topics.set(name, { name, id: topicId, replicationFactor, ...leadership })
        this.#namesById.set(topicId, name)
      }
    }
  }

  #addresses(broker: number): Broker[] {
    if (broker !== ANY_BROKER) {
      const address = this.#brokers.get(broker)
      return address ? [address] : []
    }
    const all = [...this.#brokers.values(), ...this.#bootstrap]
    const first = this.#turn % all.length
    return [...all.slice(first), ...all.slice(0, first)]
  }
}

function addressOf({ host, port }: Broker): string {
  return `${host}:${port}`
}
