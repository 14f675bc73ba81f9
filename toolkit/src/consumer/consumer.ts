// Runs one consumer group's member: records in, handlers called, offsets committed in order.
import { uuidv7 } from 'uuidv7'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { AnyEvent } from '../catalogue/event.ts'
import type { ConsumerGroup, Handlers } from '../catalogue/group.ts'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { type MemberSide, memberSide } from '../dead-letters/member-side.ts'
import type { DeadLetterStore } from '../dead-letters/store.ts'
import { diagnostics } from '../diagnostics.ts'
import { StaleMemberError } from '../errors.ts'
import type { Assigned, Commit, EventLog, GroupMember, TopicPartition } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import { type Account, accountError, Ledger } from './account.ts'
import { type Alone, aloneInProcess } from './alone.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { readMetadata } from './commit-metadata.ts'
import type { Effects } from './effects.ts'
import { every, type Repeating } from './every.ts'
import { Lanes } from './lanes.ts'
import { notedTeller } from './news.ts'
import { Passage } from './passage.ts'
import { createSlots, type Slots } from './slots.ts'

export interface ConsumerOptions<
  Context,
  Event extends AnyEvent = AnyEvent,
  Group extends ConsumerGroup = ConsumerGroup,
> {
  readonly log: EventLog
  readonly catalogue: Catalogue<Event>
  readonly group: Group
  readonly handlers: Handlers<Event, Group['topics'][number]['name'], NoInfer<Context>>
  readonly effects: Effects<Context>
  /** The index of dead letters; a group that parks keys needs one. */
  readonly deadLetters?: DeadLetterStore
  readonly clock?: Clock
  readonly random?: () => number
  /** Shared by the consumers of one process; simulated processes have one each. */
  readonly alone?: Alone
  readonly newId?: () => string
  readonly commitIntervalMs?: number
  /** How often the members look for dead letters that somebody wants redriven or discarded. */
  readonly redriveIntervalMs?: number
  /** How long a stop or a revoke waits for the handlers in hand. */
  readonly drainMsMax?: number
}

const COMMIT_INTERVAL_MS = 500
const COMMIT_BACKOFF: Backoff = { delayMsMin: 100, delayMsMax: 5_000 }
const DRAIN_MS_MAX = 15_000
const REDRIVE_INTERVAL_MS = 1_000

export class DomainEventConsumer<
  Context,
  Event extends AnyEvent = AnyEvent,
  Group extends ConsumerGroup = ConsumerGroup,
> {
  readonly #options: ConsumerOptions<Context, Event, Group>
  readonly #clock: Clock
  readonly #deadLetters: MemberSide
  readonly #slots: Slots
  readonly #ledger = new Ledger()
  readonly #lanes = new Map<string, Lanes>()
  /** What was committed last, by partition. */
  readonly #committed = new Map<string, string>()
  /** Handlers that outlived their partition's drain, by partition and key. */
  readonly #leftBehind = new Map<string, Promise<void>>()
  #member: Promise<GroupMember> | undefined
  #committing: Promise<boolean> = Promise.resolve(true)
  readonly #ending = new AbortController()
  #looking: Repeating | undefined
  #cancelTimer = () => {}
  #stopping: Promise<void> | undefined

  constructor(options: ConsumerOptions<Context, Event, Group>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#slots = createSlots(options.group.concurrencyMax, this.#clock)
    const random = options.random ?? Math.random
    this.#deadLetters = memberSide({
      ...options,
      // By name and at run time, so the types of the single events do not matter any more.
      handlers: options.handlers as Handlers,
      clock: this.#clock,
      alone: options.alone ?? aloneInProcess,
      random,
      passage: new Passage({ group: options.group.name, clock: this.#clock, random }),
      newId: options.newId ?? uuidv7,
      lanesOf: (partition) => this.#lanes.get(placeOf(partition)),
      prove: async ({ partition, committable }) => {
        const member = await this.#member
        await member?.commit([{ ...partition, ...committable }])
      },
    })
  }

  /** Resolves when the group knows this member. */
  async start(): Promise<void> {
    const { group, log } = this.#options
    this.#member = log.join({
      group: group.name,
      topics: group.topics.map((topic) => topic.name),
      fetchIntervalMsMin: group.fetchIntervalMsMin,
      listener: {
        assigned: (partitions) => this.#open(partitions),
        revoked: (partitions) => this.#give(partitions),
        lost: (partitions) => this.#lose(partitions),
        records: (partition, records) => this.#lanes.get(placeOf(partition))?.push(records),
        trouble: (error) => this.#tell(error),
      },
    })
    await this.#member
    this.#scheduleCommit()
    const { redriveIntervalMs = REDRIVE_INTERVAL_MS } = this.#options
    this.#looking = every(this.#clock, redriveIntervalMs, () =>
      this.#deadLetters.look([...this.#lanes.values()]).catch((error: unknown) => {
        this.#tell(error as Error)
      }),
    )
  }

  /** What was read, and how it ended; `open` is 0 after a stop. */
  get account(): Account {
    return this.#ledger.account
  }

  /** Finishes what is in hand, commits it and leaves the group. Idempotent and bounded. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#cancelTimer()
      this.#ending.abort()
      await this.#looking?.stop()
      const member = await this.#member
      await member?.leave()
      this.#cancelTimer()
      const wrong = accountError(this.account)
      if (wrong !== undefined) this.#tell(wrong)
    })()
    return this.#stopping
  }

  /** Resolves when it is on record that the partitions have an owner at work. */
  async #open(partitions: readonly Assigned[]): Promise<void> {
    const keys = await this.#deadLetters.claim(partitions, this.#ending.signal)
    // This member is stopping: what it did not open it does not take.
    if (keys === undefined) return
    const ends = await this.#endsOf(partitions)
    for (const { offset, metadata, ...place } of partitions) {
      const partition = { topic: place.topic, partition: place.partition }
      const name = placeOf(partition)
      this.#committed.set(name, stampOf({ offset, metadata }))
      const lanes: Lanes = new Lanes({
        partition,
        offset,
        metadata,
        end: ends.get(name),
        alone: this.#options.alone ?? aloneInProcess,
        commit: () => this.#commitSurely(lanes),
        noted: notedTeller(this.#options.group.name, partition),
        handle: this.#deadLetters.handle,
        parking: this.#deadLetters.parkingOf(keys.get(name)),
        slots: this.#slots,
        ledger: this.#ledger,
        earlier: (key) => this.#leftBehind.get(`${name}/${key}`),
        pause: () => this.#withMember((member) => member.pause(partition)),
        resume: () => this.#withMember((member) => member.resume(partition)),
      })
      this.#lanes.set(name, lanes)
    }
    await this.#commit(this.#lanesOf(partitions))
  }

  /** Where the log ends in partitions whose last owner did not say goodbye. */
  async #endsOf(partitions: readonly Assigned[]): Promise<Map<string, bigint>> {
    const unclean = partitions.filter((one) => readMetadata(one.offset, one.metadata).opened > 0)
    const topics = [...new Set(unclean.map(({ topic }) => topic))]
    const { admin } = this.#options.log
    try {
      const ends = await Promise.all(topics.map((topic) => admin.offsets(topic, 'latest')))
      return new Map(ends.flat().map((one) => [placeOf(one), one.offset]))
    } catch (error) {
      // Without the ends more starts are noted than need be.
      this.#tell(error as Error)
      return new Map()
    }
  }

  async #give(partitions: readonly TopicPartition[]): Promise<void> {
    const lanes = this.#lanesOf(partitions)
    await this.#drained(lanes)
    for (const lane of lanes) lane.settle()
    await this.#commit(lanes)
    this.#forget(partitions)
  }

  async #lose(partitions: readonly TopicPartition[]): Promise<void> {
    const lanes = this.#lanesOf(partitions)
    this.#forget(partitions)
    await this.#drained(lanes)
  }

  /** Partitions may be assigned before the join's answer is here. */
  #withMember(call: (member: GroupMember) => void): void {
    void this.#member?.then(call)
  }

  #lanesOf(partitions: readonly TopicPartition[]): Lanes[] {
    return partitions
      .map((partition) => this.#lanes.get(placeOf(partition)))
      .filter((lane) => lane !== undefined)
  }

  #forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const name = placeOf(partition)
      const lanes = this.#lanes.get(name)
      lanes?.close()
      for (const [key, end] of lanes?.running ?? []) this.#leaveBehind(`${name}/${key}`, end)
      this.#lanes.delete(name)
      this.#committed.delete(name)
    }
  }

  /** If the key comes back to this process, it waits for the run that is left. */
  #leaveBehind(key: string, end: Promise<void>): void {
    this.#leftBehind.set(key, end)
    void end.finally(() => {
      if (this.#leftBehind.get(key) === end) this.#leftBehind.delete(key)
    })
  }

  /** A handler that outlives the deadline is left behind: its record is not committed. */
  async #drained(lanes: readonly Lanes[]): Promise<void> {
    const drained = Promise.all(lanes.map((lane) => lane.drain()))
    let cancel = () => {}
    const deadline = new Promise<void>((resolve) => {
      cancel = this.#clock.after(this.#options.drainMsMax ?? DRAIN_MS_MAX, resolve)
    })
    await Promise.race([drained, deadline])
    cancel()
  }

  #scheduleCommit(): void {
    this.#cancelTimer = this.#clock.after(
      this.#options.commitIntervalMs ?? COMMIT_INTERVAL_MS,
      () => {
        void this.#commit([...this.#lanes.values()]).then(() => {
          if (this.#stopping === undefined) this.#scheduleCommit()
        })
      },
    )
  }

  /** Commits never overlap, so a later one is never overtaken by an earlier one. */
  #commit(lanes: readonly Lanes[]): Promise<boolean> {
    this.#committing = this.#committing.then(() => this.#commitNow(lanes))
    return this.#committing
  }

  /** Tries until it is acknowledged; false when the partition is given up before that. */
  async #commitSurely(lanes: Lanes): Promise<boolean> {
    const place = placeOf(lanes.partition)
    for (let tries = 1; ; tries += 1) {
      if (await this.#commit([lanes])) return this.#lanes.get(place) === lanes
      if (lanes.signal.aborted) return false
      const delayMs = backoffMs(COMMIT_BACKOFF, tries, this.#options.random ?? Math.random)
      await sleep(this.#clock, delayMs, lanes.signal)
    }
  }

  /** True when the log has acknowledged all that was to be committed. */
  async #commitNow(lanes: readonly Lanes[]): Promise<boolean> {
    const commits = lanes
      .map((lane) => ({ ...lane.partition, ...lane.committable }))
      .filter((commit) => stampOf(commit) !== this.#committed.get(placeOf(commit)))
    if (commits.length === 0) return true
    try {
      const member = await this.#member
      await member?.commit(commits)
      for (const commit of commits) {
        if (this.#lanes.has(placeOf(commit))) this.#committed.set(placeOf(commit), stampOf(commit))
      }
      return true
    } catch (error) {
      // Not lost: the next commit carries it, or the partition's next owner handles it again.
      if (!(error instanceof StaleMemberError)) this.#tell(error as Error)
      return false
    }
  }

  #tell(error: Error): void {
    diagnostics.trouble.publish({ part: this.#options.group.name, error })
  }
}

/** Position and metadata as one value, to see whether there is something new to commit. */
const stampOf = (commit: Pick<Required<Commit>, 'offset' | 'metadata'>): string =>
  `${commit.offset} ${commit.metadata}`
