// One member of a consumer group by KIP-848: heartbeats, commits, and an end after the last commit.
import { randomUUID } from 'node:crypto'
import { sleep } from '../clock.ts'
import { LogUnavailableError, StaleMemberError } from '../errors.ts'
import type { Commit, GroupMember, JoinOptions, TopicPartition } from '../log/log.ts'
import { FETCH_BYTES_MAX, REBALANCE_TIMEOUT_MS } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import { asError, CODE, codeOf, retrying, retryDelayMs } from './faults.ts'
import { Fetcher } from './fetch.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import { Ownership } from './ownership.ts'
import { findPositions } from './positions.ts'

/** A member hears of a rebalance with its next heartbeat: the brokers would wait 5 s. */
const HEARTBEAT_MS_MAX = 1000
const JOIN_TIMEOUT_MS = 30_000
const COMMIT_TIMEOUT_MS = 20_000
const LEAVE_TIMEOUT_MS = 5000
/** The member's own limit for `revoked` ends first, so that it loses these partitions only. */
const REBALANCE_GRACE_MS = 5000
/**
 * So many of the brokers' heartbeat intervals without an answer, and the partitions may be
 * another's: well below the session time-out, which only the brokers know (nine by default).
 */
const LEASE_INTERVALS = 4
const JOINING = 0
const LEAVING = -1

/** The group has gone on without the member. */
const FENCED: ReadonlySet<number | undefined> = new Set([
  CODE.UNKNOWN_MEMBER_ID,
  CODE.FENCED_MEMBER_EPOCH,
])

/** Resolves when the group knows the member; `ended` is called when it has left, or never came. */
export async function joinGroup(
  cluster: Cluster,
  options: JoinOptions,
  ended: () => void,
): Promise<GroupMember> {
  const member = new Member(cluster, options, ended)
  try {
    await cluster.require(options.topics, JOIN_TIMEOUT_MS)
    await member.join()
  } catch (error) {
    await member.close()
    throw error
  }
  return member
}

class Member implements GroupMember {
  readonly memberId = randomUUID()
  readonly #cluster: Cluster
  readonly #options: JoinOptions
  readonly #ended: () => void
  readonly #revokeMsMax: number
  readonly #coordinator: GroupCoordinator
  readonly #fetcher: Fetcher
  readonly #ownership: Ownership
  #epoch = JOINING
  #leaseEndMs = 0
  /** The coordinator may not know what it was told last: tell everything. */
  #unsure = false
  #ownedChanged = false
  #alarm = new AbortController()
  #beating: Promise<void> = Promise.resolve()
  #commits: Promise<unknown> = Promise.resolve()
  #left: Promise<void> | undefined
  /** No more heartbeats. */
  #silent = false

  constructor(cluster: Cluster, options: JoinOptions, ended: () => void) {
    const { listener, group, topics, fetchBytesMax, rebalanceTimeoutMs } = options
    this.#cluster = cluster
    this.#options = options
    this.#ended = ended
    this.#revokeMsMax = rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS
    this.#coordinator = new GroupCoordinator(cluster, group)
    this.#fetcher = new Fetcher(cluster, {
      listener,
      bytesMax: fetchBytesMax ?? FETCH_BYTES_MAX,
      intervalMsMin: options.fetchIntervalMsMin ?? 0,
      mayDeliver: () => cluster.clock.nowMs() < this.#leaseEndMs,
    })
    this.#ownership = new Ownership({
      clock: cluster.clock,
      listener,
      fetcher: this.#fetcher,
      revokeMsMax: this.#revokeMsMax,
      positions: (partitions) => {
        const member = { memberId: this.memberId, epoch: this.#epoch }
        return findPositions(cluster, this.#coordinator, member, topics, partitions)
      },
      changed: () => {
        this.#ownedChanged = true
        this.#alarm.abort()
      },
    })
  }

  async join(): Promise<void> {
    const { group } = this.#options
    const first = () => this.#beat()
    const pauseMs = await retrying(this.#cluster, `Group: ${group}.`, JOIN_TIMEOUT_MS, first)
    this.#beating = this.#keepBeating(pauseMs)
  }

  pause(partition: TopicPartition): void {
    this.#fetcher.pause(partition)
  }

  resume(partition: TopicPartition): void {
    this.#fetcher.resume(partition)
  }

  seek(partition: TopicPartition, offset: bigint): void {
    this.#fetcher.seek(partition, offset)
  }

  /**
   * One commit at a time: a retry of an older one must not undo a newer one, nor what another
   * member committed when the partition was lost and came back in between.
   */
  async commit(commits: readonly Commit[]): Promise<void> {
    if (commits.length === 0) return
    const what = `Commit of group ${this.#options.group}.`
    const terms = commits.map((one) => this.#ownership.find(one))
    const attempt = () => this.#commit(commits, terms)
    const commit = () => retrying(this.#cluster, what, COMMIT_TIMEOUT_MS, attempt)
    const committed = this.#commits.then(commit, commit)
    this.#commits = committed
    await committed
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async close(): Promise<void> {
    this.#silent = true
    this.#alarm.abort()
    await this.#beating
    await Promise.all([this.#fetcher.close(), this.#coordinator.close()])
    this.#ended()
  }

  async #leave(): Promise<void> {
    await this.#ownership.aim([])
    this.#silent = true
    this.#alarm.abort()
    await this.#beating
    if (this.#epoch !== JOINING) await this.#sayGoodbye()
    await this.close()
  }

  async #sayGoodbye(): Promise<void> {
    const { memberId } = this
    const last = { memberId, epoch: LEAVING, subscription: null, owned: null }
    try {
      await retrying(this.#cluster, 'Leaving the group.', LEAVE_TIMEOUT_MS, () =>
        this.#coordinator.heartbeat(last),
      )
    } catch (error) {
      this.#options.listener.trouble(asError(error))
    }
  }

  async #keepBeating(firstPauseMs: number): Promise<void> {
    let pauseMs = firstPauseMs
    for (let failures = 0; ; ) {
      await sleep(this.#cluster.clock, pauseMs, this.#alarm.signal)
      if (this.#alarm.signal.aborted) this.#alarm = new AbortController()
      if (this.#silent) return
      try {
        pauseMs = await this.#beat()
        failures = 0
      } catch (error) {
        pauseMs = this.#failed(error, failures)
        failures += 1
      }
    }
  }

  /** Returns how long to wait for the next one. */
  async #beat(): Promise<number> {
    const { memberId } = this
    const { topics } = this.#options
    const rebalanceTimeoutMs = this.#revokeMsMax + REBALANCE_GRACE_MS
    const tellsAll = this.#unsure || this.#epoch === JOINING
    const subscription = tellsAll ? { topics, rebalanceTimeoutMs } : null
    const owned = tellsAll || this.#ownedChanged ? this.#ownership.shares() : null
    this.#unsure = true
    this.#ownedChanged = false
    const beat = { memberId, epoch: this.#epoch, subscription, owned }
    const sentMs = this.#cluster.clock.nowMs()
    const { epoch, intervalMs, assignment } = await this.#coordinator.heartbeat(beat)
    this.#unsure = false
    this.#epoch = epoch
    this.#leaseEndMs = sentMs + LEASE_INTERVALS * intervalMs
    this.#fetcher.wake()
    if (assignment && !this.#left) void this.#ownership.aim(assignment)
    return Math.min(intervalMs, HEARTBEAT_MS_MAX)
  }

  #failed(error: unknown, failures: number): number {
    if (this.#epoch !== JOINING && FENCED.has(codeOf(error))) {
      this.#epoch = JOINING
      this.#silent = this.#left !== undefined
      this.#ownership.lose()
      return 0
    }
    this.#options.listener.trouble(new LogUnavailableError('No heartbeat.', { cause: error }))
    return retryDelayMs(failures)
  }

  async #commit(commits: readonly Commit[], terms: readonly unknown[]): Promise<void> {
    const foreign = commits.find((commit, at) => {
      const term = this.#ownership.find(commit)
      return term === undefined || term !== terms[at]
    })
    if (foreign) throw new StaleMemberError(`It is ${foreign.topic}/${foreign.partition}.`)
    const { memberId } = this
    try {
      await this.#coordinator.commit({ memberId, epoch: this.#epoch }, commits)
    } catch (error) {
      const code = codeOf(error)
      // The next heartbeat brings the epoch of now, or the news that the member is out.
      if (FENCED.has(code) || code === CODE.STALE_MEMBER_EPOCH) this.#alarm.abort()
      if (FENCED.has(code)) throw new StaleMemberError('The group went on.', { cause: error })
      throw error
    }
  }
}
