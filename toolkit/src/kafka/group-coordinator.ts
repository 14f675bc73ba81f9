// The broker that keeps a group's members and offsets: where it is, and what one asks of it.
import type { API } from '@platformatic/kafka'
import {
  consumerGroupDescribeV0,
  consumerGroupHeartbeatV1,
  FindCoordinatorKeyTypes,
  findCoordinatorV6,
  offsetCommitV9,
  offsetFetchV9,
} from '@platformatic/kafka'
import { CommitMetadataTooLargeError } from '../errors.ts'
import type { Commit, TopicPartition } from '../log/log.ts'
import { COMMIT_METADATA_BYTES_MAX } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import type { Connections } from './connections.ts'
import { ANY_BROKER } from './connections.ts'
import { brokerError, CODE, throwCode } from './faults.ts'

/** Who asks. */
export interface MemberEpoch {
  readonly memberId: string
  readonly epoch: number
}

/** Partitions of one topic by its id. */
export interface TopicShare {
  readonly topicId: string
  readonly partitions: readonly number[]
}

/** What a heartbeat says; `null` stands for "as before". */
export interface Heartbeat extends MemberEpoch {
  readonly subscription: { topics: readonly string[]; rebalanceTimeoutMs: number } | null
  readonly owned: readonly TopicShare[] | null
}

export interface HeartbeatAnswer {
  readonly epoch: number
  readonly intervalMs: number
  /** What the member shall own; `null` stands for "as before". */
  readonly assignment: readonly TopicShare[] | null
}

/** Who asks from outside the group. */
export const NO_MEMBER: MemberEpoch = { memberId: '', epoch: -1 }

const FIND_TIMEOUT_MS = 3000
/** Well below the time after which a silent member is taken for dead. */
const HEARTBEAT_TIMEOUT_MS = 3000
/** A broker lets a commit wait up to 5 s for its replicas. */
const OFFSETS_TIMEOUT_MS = 6000
const DESCRIBE_TIMEOUT_MS = 3000
const NO_REBALANCE_TIMEOUT = -1
const ANY_EPOCH = -1
const MOVED: ReadonlySet<number> = new Set([CODE.COORDINATOR_NOT_AVAILABLE, CODE.NOT_COORDINATOR])

/** Each call is one attempt, and rejects with the broker's error; after a failure it looks anew. */
export class GroupCoordinator {
  readonly #cluster: Cluster
  readonly #beats: Connections
  // A commit waits for its replicas, and a broker answers one connection's requests in turn.
  readonly #offsets: Connections
  readonly #group: string
  #broker: number | undefined

  constructor(cluster: Cluster, group: string) {
    this.#cluster = cluster
    this.#beats = cluster.connections()
    this.#offsets = cluster.connections()
    this.#group = group
  }

  async heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer> {
    const answer = await this.#ask(
      this.#beats,
      HEARTBEAT_TIMEOUT_MS,
      consumerGroupHeartbeatV1.api,
      this.#group,
      beat.memberId,
      beat.epoch,
      null,
      null,
      beat.subscription?.rebalanceTimeoutMs ?? NO_REBALANCE_TIMEOUT,
      beat.subscription && [...beat.subscription.topics],
      null,
      null,
      beat.owned?.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] })) ??
        null,
    )
    this.#check(answer.errorCode, answer.errorMessage)
    const assignment = answer.assignment?.topicPartitions ?? null
    return { epoch: answer.memberEpoch, intervalMs: answer.heartbeatIntervalMs, assignment }
  }

  /** What is committed for these partitions; those without a commit are left out. */
  async committed(
    { memberId, epoch }: MemberEpoch,
    partitions: readonly TopicPartition[],
  ): Promise<Required<Commit>[]> {
    const topics = byTopic(partitions).map(([name, ofTopic]) => ({
      name,
      partitionIndexes: ofTopic.map(({ partition }) => partition),
    }))
    const asked = { groupId: this.#group, memberId: memberId || null, memberEpoch: epoch, topics }
    const { api } = offsetFetchV9
    const { groups } = await this.#ask(this.#offsets, OFFSETS_TIMEOUT_MS, api, [asked], true)
    const found: Required<Commit>[] = []
    for (const group of groups) {
      this.#check(group.errorCode)
      for (const topic of group.topics) {
        for (const row of topic.partitions) {
          this.#check(row.errorCode, topic.name)
          const { partitionIndex: partition, committedOffset: offset, metadata } = row
          if (offset < 0n) continue
          found.push({ topic: topic.name, partition, offset, metadata: metadata ?? '' })
        }
      }
    }
    return found
  }

  /** Rejects with `CommitMetadataTooLargeError` before anything is sent. */
  async commit({ memberId, epoch }: MemberEpoch, commits: readonly Commit[]): Promise<void> {
    for (const { metadata = '' } of commits) {
      const bytes = Buffer.byteLength(metadata)
      const isTooLarge = bytes > COMMIT_METADATA_BYTES_MAX
      if (isTooLarge) throw new CommitMetadataTooLargeError(`${bytes} bytes.`)
    }
    const topics = byTopic(commits).map(([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition, offset, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: ANY_EPOCH,
        committedMetadata: metadata ?? '',
      })),
    }))
    const answer = await this.#ask(
      this.#offsets,
      OFFSETS_TIMEOUT_MS,
      offsetCommitV9.api,
      this.#group,
      epoch,
      memberId,
      null,
      topics,
    )
    for (const topic of answer.topics) {
      for (const { errorCode } of topic.partitions) this.#check(errorCode, topic.name)
    }
  }

  /** The group and its members as the broker has them. */
  async describe(): Promise<consumerGroupDescribeV0.ConsumerGroupDescribeResponseGroup> {
    const { api } = consumerGroupDescribeV0
    const { groups } = await this.#ask(
      this.#offsets,
      DESCRIBE_TIMEOUT_MS,
      api,
      [this.#group],
      false,
    )
    const [found] = groups
    if (found === undefined) throw brokerError(CODE.COORDINATOR_NOT_AVAILABLE)
    this.#check(found.errorCode, found.errorMessage)
    return found
  }

  async close(): Promise<void> {
    await Promise.all([this.#beats.close(), this.#offsets.close()])
  }

  async #ask<Arguments extends unknown[], Answer>(
    connections: Connections,
    timeoutMs: number,
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer> {
    this.#broker ??= await this.#find()
    try {
      return await connections.call(this.#broker, timeoutMs, api, ...parameters)
    } catch (error) {
      this.#broker = undefined
      throw error
    }
  }

  #check(code: number, detail: string | null = null): void {
    if (MOVED.has(code)) this.#broker = undefined
    throwCode(code, detail)
  }

  async #find(): Promise<number> {
    const { GROUP } = FindCoordinatorKeyTypes
    const { api } = findCoordinatorV6
    const keys = [this.#group]
    const answer = await this.#cluster.call(ANY_BROKER, FIND_TIMEOUT_MS, api, GROUP, keys)
    const [found] = answer.coordinators
    throwCode(found?.errorCode ?? CODE.COORDINATOR_NOT_AVAILABLE, found?.errorMessage)
    const broker = found?.nodeId ?? ANY_BROKER
    if (!this.#cluster.brokerIds().includes(broker)) await this.#cluster.refresh([])
    return broker
  }
}

function byTopic<T extends TopicPartition>(partitions: readonly T[]): [string, T[]][] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)]
}
