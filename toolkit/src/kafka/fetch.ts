// The read side of a group member: fetches from the partitions' leaders, delivers in offset order.
import { sleep } from '../clock.ts'
import { LogUnavailableError, OffsetOutOfRangeError } from '../errors.ts'
import type { GroupListener, TopicPartition } from '../log/log.ts'
import { decodeBatches } from './batch-decode.ts'
import type { Cluster } from './cluster.ts'
import type { Connections } from './connections.ts'
import { asError, brokerError, CODE, retryDelayMs } from './faults.ts'
import { fetchBatches } from './fetch-request.ts'
import { EARLIEST, listOffsets } from './offsets.ts'
import { placeOf } from '../log/place.ts'
import type { Reading } from './reading.ts'
import { deliver, startReading } from './reading.ts'
import type { FetchedPartition } from './wire.ts'

const FETCH_WAIT_MS = 500
/** A leader whose log is shorter than what was read may be one that has not heard of its end. */
const BEYOND_END_FAILURES_MAX = 10

interface FetcherOptions {
  readonly listener: Pick<GroupListener, 'records' | 'trouble'>
  /** One `records` call has at most so many bytes, or one record. */
  readonly bytesMax: number
  /** From records to the next fetch of their broker. */
  readonly intervalMsMin: number
  /** False while the partitions may be another's; `wake` tells when that has changed. */
  readonly mayDeliver: () => boolean
}

interface Lane {
  readonly connections: Connections
  /** Where a fetch is under way. */
  readonly leaders: Set<number>
}

export class Fetcher {
  readonly #cluster: Cluster
  readonly #listener: FetcherOptions['listener']
  readonly #bytesMax: number
  readonly #intervalMsMin: number
  readonly #mayDeliver: () => boolean
  // Two fetches may wait at one broker, so that a partition that is resumed, sought or added does
  // not wait for the end of a fetch without it.
  readonly #lanes: readonly Lane[]
  /** By place; those that had records last stand last, so that none starves. */
  readonly #readings = new Map<string, Reading>()
  /** Brokers that had records just now. */
  readonly #drawn = new Set<number>()
  readonly #closing = new AbortController()
  #woken = false

  constructor(cluster: Cluster, options: FetcherOptions) {
    this.#cluster = cluster
    this.#listener = options.listener
    this.#bytesMax = options.bytesMax
    this.#intervalMsMin = options.intervalMsMin
    this.#mayDeliver = options.mayDeliver
    this.#lanes = [lane(cluster), lane(cluster)]
  }

  /** Knows the partition from now on, and reads it when it is started. */
  add(place: TopicPartition, topicId: string, offset: bigint): void {
    this.#readings.set(placeOf(place), startReading(place, topicId, offset))
  }

  start(places: readonly TopicPartition[]): void {
    this.#change(places, (reading) => {
      reading.started = true
    })
  }

  remove(places: readonly TopicPartition[]): void {
    for (const place of places) this.#readings.delete(placeOf(place))
  }

  pause(place: TopicPartition): void {
    this.#change([place], (reading) => {
      reading.paused = true
    })
  }

  resume(place: TopicPartition): void {
    this.#change([place], (reading) => {
      reading.paused = false
    })
  }

  seek(place: TopicPartition, offset: bigint): void {
    this.#change([place], (reading) => {
      reading.next = offset
      reading.portions = null
      reading.seeks += 1
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#readings.clear()
    await Promise.all(this.#lanes.map(({ connections }) => connections.close()))
  }

  #change(places: readonly TopicPartition[], change: (reading: Reading) => void): void {
    for (const place of places) {
      const reading = this.#readings.get(placeOf(place))
      if (reading) change(reading)
    }
    this.wake()
  }

  /** Looks at the end of this turn of the event loop for what can be delivered and fetched. */
  wake(): void {
    if (this.#woken) return
    this.#woken = true
    setImmediate(() => {
      this.#woken = false
      this.#pump()
    })
  }

  /** Delivers what a resumed partition still has, and starts a fetch at each leader with a lane. */
  #pump(): void {
    const fetches = new Map<number, Reading[]>()
    for (const reading of this.#readings.values()) {
      this.#deliver(reading)
      if (!isFetchable(reading)) continue
      const { topic, partition } = reading.place
      const leader = this.#cluster.leaderOf(topic, partition)
      if (leader === undefined) void this.#rest([reading], brokerError(CODE.LEADER_NOT_AVAILABLE))
      else fetches.set(leader, [...(fetches.get(leader) ?? []), reading])
    }
    for (const [leader, readings] of fetches) {
      if (this.#drawn.has(leader)) continue
      const free = this.#lanes.find(({ leaders }) => !leaders.has(leader))
      if (free) void this.#poll(leader, free, readings)
    }
  }

  async #poll(leader: number, { connections, leaders }: Lane, readings: Reading[]): Promise<void> {
    leaders.add(leader)
    const seeks = new Map(readings.map((reading) => [reading, reading.seeks]))
    for (const reading of readings) reading.busy = true
    try {
      const bytesMax = this.#bytesMax
      const partitions = await fetchBatches(connections, leader, readings, bytesMax, FETCH_WAIT_MS)
      for (const reading of readings) reading.busy = false
      const failed = new Map<number, Reading[]>()
      if (partitions.some(({ bytes }) => (bytes?.length ?? 0) > 0)) this.#letGather(leader)
      for (const partition of partitions) {
        const reading = this.#readingOf(partition)
        if (!reading || seeks.get(reading) !== reading.seeks) continue
        const { errorCode: code, bytes } = partition
        if (code === CODE.NONE) this.#take(reading, bytes)
        else if (code === CODE.OFFSET_OUT_OF_RANGE) void this.#rewind(reading)
        else failed.set(code, [...(failed.get(code) ?? []), reading])
      }
      for (const [code, ofCode] of failed) void this.#rest(ofCode, brokerError(code))
    } catch (error) {
      void this.#rest(readings, asError(error))
    } finally {
      leaders.delete(leader)
      this.wake()
    }
  }

  /** Its next records gather for a while. */
  #letGather(leader: number): void {
    if (this.#intervalMsMin === 0) return
    this.#drawn.add(leader)
    const pause = sleep(this.#cluster.clock, this.#intervalMsMin, this.#closing.signal)
    void pause.then(() => {
      this.#drawn.delete(leader)
      this.wake()
    })
  }

  #readingOf({ topicId, partition }: FetchedPartition): Reading | undefined {
    const topic = this.#cluster.topicById(topicId)?.name ?? ''
    const reading = this.#readings.get(placeOf({ topic, partition }))
    return reading?.topicId === topicId ? reading : undefined
  }

  #take(reading: Reading, bytes: Buffer | null): void {
    reading.failures = 0
    if (bytes === null || bytes.length === 0) return
    const key = placeOf(reading.place)
    this.#readings.delete(key)
    this.#readings.set(key, reading)
    reading.portions = decodeBatches(reading.place, bytes, reading.next, this.#bytesMax)
    this.#deliver(reading)
  }

  #deliver(reading: Reading): void {
    if (!this.#mayDeliver()) return
    try {
      deliver(reading, (records) => {
        this.#listener.records(reading.place, records)
        return this.#readings.get(placeOf(reading.place)) === reading && this.#mayDeliver()
      })
    } catch (error) {
      reading.portions = null
      void this.#rest([reading], asError(error))
    }
  }

  /** Records were deleted before they were read: goes on with the earliest that is there. */
  async #rewind(reading: Reading): Promise<void> {
    reading.busy = true
    const { place, next, seeks } = reading
    try {
      const [earliest] = await listOffsets(this.#cluster, [place], EARLIEST)
      const isBeyondEnd = earliest !== undefined && earliest.offset <= next
      if (isBeyondEnd && reading.failures < BEYOND_END_FAILURES_MAX) {
        throw brokerError(CODE.OFFSET_OUT_OF_RANGE)
      }
      reading.busy = false
      if (!earliest || reading.seeks !== seeks) return
      reading.next = earliest.offset
      const detail = `${placeOf(place)}: ${next} was next, the earliest is ${earliest.offset}.`
      this.#listener.trouble(new OffsetOutOfRangeError(detail))
    } catch (error) {
      void this.#rest([reading], asError(error))
    } finally {
      this.wake()
    }
  }

  /** Tells of the trouble, learns who leads now, and lets the partitions wait a little. */
  async #rest(readings: readonly Reading[], cause: Error): Promise<void> {
    for (const reading of readings) {
      reading.busy = true
      reading.failures += 1
    }
    const { signal } = this.#closing
    if (signal.aborted) return
    const detail = `Partitions: ${readings.map(({ place }) => placeOf(place)).join(', ')}.`
    this.#listener.trouble(new LogUnavailableError(detail, { cause }))
    const failures = Math.max(...readings.map((reading) => reading.failures))
    const pause = sleep(this.#cluster.clock, retryDelayMs(failures - 1), signal)
    await this.#cluster
      .refresh([...new Set(readings.map(({ place }) => place.topic))])
      .catch((error: unknown) => {
        if (signal.aborted) return
        this.#listener.trouble(new LogUnavailableError('No metadata.', { cause: error }))
      })
    await pause
    for (const reading of readings) reading.busy = false
    this.wake()
  }
}

function lane(cluster: Cluster): Lane {
  return { connections: cluster.connections(), leaders: new Set() }
}

function isFetchable({ started, paused, busy, portions }: Reading): boolean {
  return started && !paused && !busy && portions === null
}
