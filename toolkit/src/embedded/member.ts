// One group member: what it holds, and the calls of its listener in line, one at a time.
import { sleep } from '../clock.ts'
import { LogUnavailableError, StaleMemberError, TimeoutError } from '../errors.ts'
import type { Assigned, Commit, GroupMember, JoinOptions, TopicPartition } from '../log/log.ts'
import { FETCH_BYTES_MAX, REBALANCE_TIMEOUT_MS } from '../log/log.ts'
import type { Broker } from './broker.ts'
import type { Claim } from './claim.ts'
import { newClaim, partitionOfClaim } from './claim.ts'
import { Delivery, READ_RETRY_DELAY_MS } from './delivery.ts'
import { placeOf } from '../log/place.ts'
import { groupCommit, startingPositions } from './positions.ts'
import type { Writer } from './writer.ts'

/** What a member tells its group. */
export interface Membership {
  readonly memberId: string
  /** Partitions came free, or the member can take some again. */
  changed(): void
  left(): void
}

export class Member implements GroupMember {
  readonly memberId: string
  readonly topics: readonly string[]
  readonly #broker: Broker
  readonly #writer: Writer
  readonly #options: JoinOptions
  readonly #membership: Membership
  readonly #delivery: Delivery
  readonly #claims = new Map<string, Claim>()
  readonly #departure = Promise.withResolvers<void>()
  #state: 'active' | 'leaving' | 'left' = 'active'
  #line: Promise<void> = Promise.resolve()

  constructor(broker: Broker, writer: Writer, options: JoinOptions, membership: Membership) {
    const { topics, listener, fetchBytesMax = FETCH_BYTES_MAX } = options
    this.memberId = membership.memberId
    this.topics = topics
    this.#broker = broker
    this.#writer = writer
    this.#options = options
    this.#membership = membership
    this.#delivery = new Delivery(broker, listener, fetchBytesMax)
  }

  /** Whether it takes part in the assignment. */
  get active(): boolean {
    return this.#state === 'active'
  }

  /** Everything in its hands, also what it is about to give back. */
  get places(): Iterable<string> {
    return this.#claims.keys()
  }

  get held(): TopicPartition[] {
    return [...this.#claims.values()].map(partitionOfClaim)
  }

  /** Whether it is taking or giving back. */
  get moves(): boolean {
    const isMoving = ({ phase }: Claim) => phase !== 'reading'
    return !this.active || [...this.#claims.values()].some(isMoving)
  }

  owns(partition: TopicPartition): boolean {
    const phase = this.#claims.get(placeOf(partition))?.phase
    return phase === 'assigning' || phase === 'reading'
  }

  give(partitions: readonly TopicPartition[]): void {
    if (partitions.length === 0) return
    const given = partitions.map(newClaim)
    for (const claim of given) this.#claims.set(placeOf(claim), claim)
    void this.#inLine(() => this.#begin(given))
  }

  /** Gives back all other partitions, when the listener has let go or its time is up. */
  keepOnly(kept: ReadonlySet<string>): void {
    const moving = [...this.#claims.values()].filter(
      (claim) => this.owns(claim) && !kept.has(placeOf(claim)),
    )
    if (moving.length === 0) return
    for (const claim of moving) claim.phase = 'revoking'
    const { listener, rebalanceTimeoutMs = REBALANCE_TIMEOUT_MS } = this.#options
    const cancelDeadline = this.#broker.clock.after(rebalanceTimeoutMs, () => {
      listener.trouble(new TimeoutError(`\`revoked\` took over ${rebalanceTimeoutMs} ms.`))
      this.#lose(moving)
    })
    void this.#inLine(async () => {
      const held = moving.filter((claim) => claim.told && claim.phase === 'revoking')
      if (held.length > 0) await listener.revoked(held.map(partitionOfClaim))
    }).then(() => {
      cancelDeadline()
      this.#release(moving)
    })
  }

  /** Takes the topic's partitions away at once. */
  loseTopic(topic: string): void {
    this.#lose([...this.#claims.values()].filter((claim) => claim.topic === topic))
  }

  /** The partition has new records. */
  wake(place: string): void {
    const claim = this.#claims.get(place)
    if (claim) this.#delivery.wake(claim)
  }

  pause(partition: TopicPartition): void {
    const claim = this.#known(partition)
    if (claim) claim.paused = true
  }

  resume(partition: TopicPartition): void {
    const claim = this.#known(partition)
    if (!claim) return
    claim.paused = false
    this.#delivery.wake(claim)
  }

  seek(partition: TopicPartition, offset: bigint): void {
    const claim = this.#known(partition)
    if (!claim) return
    claim.next = offset
    this.#delivery.wake(claim)
  }

  async commit(commits: readonly Commit[]): Promise<void> {
    const stale = commits.find((commit) => !this.#known(commit))
    if (stale) throw new StaleMemberError(`${this.memberId} does not hold ${placeOf(stale)}.`)
    const { group } = this.#options
    await this.#writer.commit(commits.map((commit) => groupCommit(group, commit)))
  }

  leave(): Promise<void> {
    if (this.#state === 'active') {
      this.#state = 'leaving'
      this.keepOnly(new Set())
      this.#departWhenEmpty()
    }
    return this.#departure.promise
  }

  /** The claim on a partition that the listener has heard of and that nobody took away. */
  #known(partition: TopicPartition): Claim | undefined {
    const claim = this.#claims.get(placeOf(partition))
    return claim?.told ? claim : undefined
  }

  /** Adds a call to the line; one that fails is told of, and the next one comes all the same. */
  #inLine(call: () => Promise<void> | void): Promise<void> {
    const { listener } = this.#options
    this.#line = this.#line.then(call).catch((thrown: unknown) => {
      listener.trouble(thrown instanceof Error ? thrown : new Error(String(thrown)))
    })
    return this.#line
  }

  /** Tells the listener of new claims, then lets their records flow. */
  async #begin(given: readonly Claim[]): Promise<void> {
    const positions = await this.#startingPositions(given)
    const assigned = positions.filter((_, at) => given[at]?.phase === 'assigning')
    if (assigned.length === 0) return
    for (const [at, claim] of given.entries()) {
      claim.told = claim.phase === 'assigning'
      claim.next = positions[at]?.offset ?? claim.next
    }
    try {
      await this.#options.listener.assigned(assigned)
    } finally {
      for (const claim of given.filter((one) => one.phase === 'assigning')) {
        claim.phase = 'reading'
        this.#delivery.wake(claim)
      }
    }
  }

  /** Looks until the storage answers or nobody waits for it any more. */
  async #startingPositions(given: readonly Claim[]): Promise<Assigned[]> {
    const { group, listener } = this.#options
    if (!given.some((claim) => claim.phase === 'assigning')) return []
    try {
      return await startingPositions(this.#broker, this.#writer, group, given)
    } catch (cause) {
      listener.trouble(new LogUnavailableError('No positions.', { cause }))
      await sleep(this.#broker.clock, READ_RETRY_DELAY_MS)
      return this.#startingPositions(given)
    }
  }

  #lose(claims: readonly Claim[]): void {
    const told = claims.filter((claim) => claim.told && claim.phase !== 'gone')
    this.#release(claims)
    if (told.length === 0) return
    void this.#inLine(() => this.#options.listener.lost(told.map(partitionOfClaim)))
  }

  #release(claims: readonly Claim[]): void {
    for (const claim of claims.filter((one) => one.phase !== 'gone')) {
      claim.phase = 'gone'
      this.#claims.delete(placeOf(claim))
    }
    this.#membership.changed()
    this.#departWhenEmpty()
  }

  #departWhenEmpty(): void {
    if (this.#state !== 'leaving' || this.#claims.size > 0) return
    this.#state = 'left'
    this.#delivery.stop()
    this.#membership.left()
    this.#departure.resolve()
  }
}
