// A group member's side of its dead letters: parked keys when partitions come, redrives on request.
import type { ConsumerGroup } from '../catalogue/group.ts'
import { type AttemptParts, type HandleRecord, recordHandler } from '../consumer/attempts.ts'
import type { LaneParking, Lanes } from '../consumer/lanes.ts'
import { DeadLettersMissingError } from '../errors.ts'
import type { EventLog, TopicPartition } from '../log/log.ts'
import { burier } from './bury.ts'
import { claimKeys, lookout } from './lookout.ts'
import { parkRecords } from './park.ts'
import type { ParkedKeys } from './parked-keys.ts'
import type { TryRecord } from './step.ts'
import type { DeadLetterStore } from './store.ts'

export interface MemberSideParts<Context> extends Omit<AttemptParts<Context>, 'group'> {
  readonly group: ConsumerGroup
  readonly log: EventLog
  /** The index; without one, dead letters are in their topic and nowhere else. */
  readonly deadLetters?: DeadLetterStore
  readonly newId: () => string
  readonly lanesOf: (partition: TopicPartition) => Lanes | undefined
  /** Rejects with `StaleMemberError` when the partition is not this member's any more. */
  readonly prove: (lanes: Lanes) => Promise<void>
}

export interface MemberSide {
  /** A record's way, to its dead letter if need be. */
  readonly handle: HandleRecord
  /**
   * Takes over what is known of the partitions' dead letters: one query for all. Undefined when
   * `signal` ended the waiting for its answer.
   */
  claim(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ParkedKeys> | undefined>
  parkingOf(keys: ParkedKeys | undefined): LaneParking | undefined
  /** Gives what commands have asked for to the lanes of its keys; one query. */
  look(all: readonly Lanes[]): Promise<void>
}

/** Throws `DeadLettersMissingError` for a group that parks keys and has no index. */
export function memberSide<Context>(given: MemberSideParts<Context>): MemberSide {
  const { group, log, deadLetters: store } = given
  const parks = group.afterDeadLetter === 'park'
  if (parks && store === undefined) throw new DeadLettersMissingError(group.name)
  const parts = { ...given, part: group.name }
  const ownerOf = (partition: TopicPartition) => given.lanesOf(partition)?.parkedKeys?.owner ?? ''
  const handle = recordHandler(given, burier({ ...parts, store, parks, ownerOf }))
  if (store === undefined) {
    const none = { claim: async () => new Map(), parkingOf: () => undefined, look: async () => {} }
    return { handle, ...none }
  }
  const tryRecord: TryRecord = recordHandler(given, async (_record, reason) => reason)
  const redriver = { ...parts, log, store, tryRecord, group: group.name }
  return {
    handle,
    claim: (partitions, signal) => claimKeys(redriver, partitions, signal),
    parkingOf: (keys) =>
      keys && {
        keys,
        parks,
        park: (records, behind, signal) => parkRecords(redriver, records, behind, signal),
      },
    look: lookout(redriver),
  }
}
