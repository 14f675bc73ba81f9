// A group member that notes all it hears, with hooks for what a test wants it to do.
import type {
  Assigned,
  EventLog,
  GroupListener,
  GroupMember,
  LogRecord,
  TopicPartition,
} from '../../log/log.ts'

export interface WitnessOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly rebalanceTimeoutMs?: number
  readonly fetchBytesMax?: number
  /** Runs before the partitions count as owned; may wait for `joined`. */
  readonly assigned?: (witness: Witness, partitions: readonly Assigned[]) => Promise<void> | void
  /** Runs while the partitions still count as owned. */
  readonly revoked?: (
    witness: Witness,
    partitions: readonly TopicPartition[],
  ) => Promise<void> | void
  /** Runs after the records were noted. */
  readonly records?: (witness: Witness, records: readonly LogRecord[]) => void
}

export interface Witness {
  /** Resolves when `join` has; a hook that may run before it takes the member from here. */
  readonly joined: Promise<GroupMember>
  readonly member: GroupMember
  /** By `placeOf`: what was assigned and neither revoked nor lost since. */
  readonly owned: Map<string, Assigned>
  /** Everything ever delivered, in the order of delivery. */
  readonly records: LogRecord[]
  /** Each `records` call's bounds, for what is promised of one call. */
  readonly calls: (readonly LogRecord[])[]
  /** Records of partitions that were not owned; every test of moving partitions wants none. */
  readonly strays: LogRecord[]
  readonly assignments: Assigned[]
  readonly revocations: TopicPartition[]
  readonly losses: TopicPartition[]
  readonly troubles: Error[]
}

/** One partition as a text, to be a key. */
export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

/** Joins with a listener that notes; resolves when the group knows the member. */
export async function joinWitness(log: EventLog, options: WitnessOptions): Promise<Witness> {
  const { promise: joined, resolve } = Promise.withResolvers<GroupMember>()
  let member: GroupMember | undefined = undefined
  const witness: Witness = {
    joined,
    get member() {
      if (!member) throw new Error('The listener was called before `join` resolved.')
      return member
    },
    owned: new Map<string, Assigned>(),
    records: [],
    calls: [],
    strays: [],
    assignments: [],
    revocations: [],
    losses: [],
    troubles: [],
  }
  const { group, topics, rebalanceTimeoutMs, fetchBytesMax } = options
  member = await log.join({
    group,
    topics,
    listener: listenerOf(witness, options),
    ...(rebalanceTimeoutMs !== undefined && { rebalanceTimeoutMs }),
    ...(fetchBytesMax !== undefined && { fetchBytesMax }),
  })
  resolve(member)
  return witness
}

function listenerOf(witness: Witness, options: WitnessOptions): GroupListener {
  return {
    async assigned(partitions) {
      witness.assignments.push(...partitions)
      await options.assigned?.(witness, partitions)
      for (const partition of partitions) witness.owned.set(placeOf(partition), partition)
    },
    async revoked(partitions) {
      witness.revocations.push(...partitions)
      await options.revoked?.(witness, partitions)
      for (const partition of partitions) witness.owned.delete(placeOf(partition))
    },
    lost(partitions) {
      witness.losses.push(...partitions)
      for (const partition of partitions) witness.owned.delete(placeOf(partition))
    },
    records(partition, records) {
      if (!witness.owned.has(placeOf(partition))) witness.strays.push(...records)
      witness.records.push(...records)
      witness.calls.push(records)
      options.records?.(witness, records)
    },
    trouble(error) {
      witness.troubles.push(error)
    },
  }
}
