// Which partitions a member owns, and the way from there to what it was assigned.
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'
import { LogUnavailableError, TimeoutError } from '../errors.ts'
import type { Assigned, GroupListener, TopicPartition } from '../log/log.ts'
import { asError, retryDelayMs } from './faults.ts'
import type { Fetcher } from './fetch.ts'
import type { TopicShare } from './group-coordinator.ts'

/** A partition by its topic's id, which a topic that is created again does not share. */
export interface PartitionId {
  readonly topicId: string
  readonly partition: number
}

/** A partition that is about to be owned, and where reading starts. */
export type Position = Assigned & PartitionId

export interface OwnershipOptions {
  readonly clock: Clock
  readonly listener: GroupListener
  readonly fetcher: Fetcher
  readonly revokeMsMax: number
  /** One attempt to find where reading starts. */
  readonly positions: (partitions: readonly PartitionId[]) => Promise<Position[]>
  /** Called when the group should hear what is owned now. */
  readonly changed: () => void
}

export class Ownership {
  readonly #options: OwnershipOptions
  readonly #owned = new Map<string, Position>()
  #target: readonly PartitionId[] | null = null
  #confirmed: readonly PartitionId[] | null = null
  #walk: Promise<void> | null = null
  /** The listener's calls, one after the other. */
  #calls: Promise<void> = Promise.resolve()

  constructor(options: OwnershipOptions) {
    this.#options = options
  }

  shares(): TopicShare[] {
    const byTopic = Map.groupBy(this.#owned.values(), ({ topicId }) => topicId)
    return [...byTopic].map(([topicId, ofTopic]) => ({
      topicId,
      partitions: ofTopic.map(({ partition }) => partition),
    }))
  }

  /** The position it was taken over at, another one each time; undefined when it is not owned. */
  find({ topic, partition }: TopicPartition): Position | undefined {
    for (const one of this.#owned.values()) {
      if (one.partition === partition && one.topic === topic) return one
    }
    return undefined
  }

  /** Takes a new assignment; resolves when the member owns that, or heard of another one. */
  aim(shares: readonly TopicShare[]): Promise<void> {
    this.#target = shares.flatMap(({ topicId, partitions }) =>
      partitions.map((partition) => ({ topicId, partition })),
    )
    this.#walk ??= this.#reach().finally(() => {
      this.#walk = null
    })
    return this.#walk
  }

  /** The group went on without this member. */
  lose(): void {
    this.#target = null
    this.#confirmed = null
    this.#lost([...this.#owned.values()])
  }

  /** First lets go of what is another's, then takes what is new. */
  async #reach(): Promise<void> {
    while (this.#target !== null && this.#target !== this.#confirmed) {
      const target = this.#target
      const wanted = new Set(target.map(idOf))
      const surplus = [...this.#owned.values()].filter((one) => !wanted.has(idOf(one)))
      const missing = target.filter((one) => !this.#owned.has(idOf(one)))
      if (surplus.length > 0) await this.#letGo(surplus)
      else if (missing.length > 0) await this.#take(missing, target)
      else this.#confirmed = target
      this.#options.changed()
    }
  }

  async #letGo(partitions: readonly Position[]): Promise<void> {
    const { clock, listener, fetcher, revokeMsMax } = this.#options
    fetcher.remove(partitions)
    const done = new AbortController()
    void this.#tell(() => listener.revoked(partitions.map(topicPartitionOf))).then(() => {
      done.abort()
    })
    await sleep(clock, revokeMsMax, done.signal)
    const kept = partitions.filter((one) => this.#owned.get(idOf(one)) === one)
    if (done.signal.aborted) {
      for (const one of kept) this.#owned.delete(idOf(one))
    } else {
      listener.trouble(new TimeoutError(`\`revoked\` took over ${revokeMsMax} ms.`))
      this.#lost(kept)
    }
  }

  async #take(partitions: readonly PartitionId[], target: readonly PartitionId[]): Promise<void> {
    const { listener, fetcher } = this.#options
    const positions = await this.#positions(partitions, target)
    if (this.#target !== target) return
    for (const position of positions) {
      this.#owned.set(idOf(position), position)
      fetcher.add(position, position.topicId, position.offset)
    }
    await this.#tell(() => listener.assigned(positions.map(assignedOf)))
    fetcher.start(positions)
  }

  /** Asks until there is an answer or another target. */
  async #positions(partitions: readonly PartitionId[], target: readonly PartitionId[]) {
    const { clock, listener, positions } = this.#options
    for (let attempts = 0; this.#target === target; attempts += 1) {
      try {
        return await positions(partitions)
      } catch (error) {
        listener.trouble(new LogUnavailableError('No positions.', { cause: error }))
        await sleep(clock, retryDelayMs(attempts))
      }
    }
    return []
  }

  #lost(partitions: readonly Position[]): void {
    if (partitions.length === 0) return
    const { listener, fetcher } = this.#options
    fetcher.remove(partitions)
    for (const one of partitions) this.#owned.delete(idOf(one))
    void this.#tell(() => listener.lost(partitions.map(topicPartitionOf)))
  }

  /** A listener that fails has still been told. */
  #tell(call: () => Promise<void> | void): Promise<void> {
    this.#calls = this.#calls.then(call).catch((error: unknown) => {
      this.#options.listener.trouble(asError(error))
    })
    return this.#calls
  }
}

function idOf({ topicId, partition }: PartitionId): string {
  return `${topicId}/${partition}`
}

function topicPartitionOf({ topic, partition }: Position): TopicPartition {
  return { topic, partition }
}

function assignedOf({ topic, partition, offset, metadata }: Position): Assigned {
  return { topic, partition, offset, metadata }
}
