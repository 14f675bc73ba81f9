// The port to the index of dead letters: which events failed, and what is to be done with them.
import type { TopicPartition } from '../log/log.ts'
import type { Action, DeadLetter, DeadLetterId, DeadLetterState } from './dead-letter.ts'

/** A failed event on its way into the index. */
export type NewDeadLetter = Omit<
  DeadLetter,
  'starts' | 'state' | 'ending' | 'runId' | 'dueAtMs' | 'endedAtMs'
>

/** What may change of a dead letter. */
export type Change = Partial<
  Pick<
    DeadLetter,
    | 'letterOffset'
    | 'errorCode'
    | 'error'
    | 'failedAtMs'
    | 'redrives'
    | 'starts'
    | 'state'
    | 'ending'
    | 'nextLetter'
    | 'followedTo'
    | 'endedAtMs'
  >
>

/** What a step adds to the figures of its run. */
export interface Count {
  readonly succeeded?: number
  readonly failed?: number
  readonly followers?: number
}

export interface Move {
  readonly change: Change
  readonly count?: Count
  /** A follower that failed: it takes the place of the dead letter that it followed. */
  readonly successor?: NewDeadLetter
}

/** A dead letter that a member has work with. */
export interface RequestedLetter extends DeadLetter {
  /** The next that parks its key: followers from there on are that one's. */
  readonly nextOffset: bigint | null
}

export interface Requests {
  readonly group: string
  readonly partitions: readonly TopicPartition[]
  readonly nowMs: number
  readonly limit: number
}

/** Every field that is given must fit. */
export interface Selection {
  readonly type?: string
  /** Null for events without a key. */
  readonly key?: Uint8Array | null
  readonly errorCode?: string
  /** From this instant on, and before that one, by the time of the failure. */
  readonly failedFromMs?: number
  readonly failedBeforeMs?: number
  readonly eventId?: string
  readonly topic?: string
  readonly partition?: number
  readonly offset?: bigint
}

export interface Query {
  readonly group: string
  readonly states: readonly DeadLetterState[]
  readonly selection: Selection
  readonly limit: number
}

/** Who asked for what, and what came of it. */
export interface RedriveRun {
  readonly id: string
  readonly group: string
  readonly action: Action
  readonly requestedBy: string
  readonly requestedAtMs: number
  /** What the selection said, in words. */
  readonly selection: Readonly<Record<string, string>>
  readonly quarantined: boolean
  /** Most dead letters it could take. */
  readonly cap: number
  /** Dead letters that fall due in one second. */
  readonly ratePerSecond: number
  readonly selected: number
  readonly succeeded: number
  readonly failed: number
  /** Parked events that were handled after them. */
  readonly followers: number
  /** Dead letters of it that somebody is still to work with, or is at work with. */
  readonly unfinished: number
}

export type NewRun = Omit<
  RedriveRun,
  'selected' | 'succeeded' | 'failed' | 'followers' | 'unfinished'
>

/** How a group stands; null where there is nothing to be old. */
export interface DeadLetterSummary {
  readonly group: string
  /** Dead letters that have not ended, whatever their state. */
  readonly unended: number
  /** Keys whose later events wait. */
  readonly parkedKeys: number
  readonly oldestParkedAtMs: number | null
  readonly oldestOpenAtMs: number | null
}

/** What the members of a group need. */
export interface MemberStore {
  /**
   * Answers the partitions' unended dead letters, which from now on only `owner` may move: called
   * when the partitions are assigned, it fences whoever had them before.
   */
  claim(group: string, partitions: readonly TopicPartition[], owner: string): Promise<DeadLetter[]>
  /**
   * Its letter is acknowledged. Adding it again changes nothing, unless it had ended: then it is
   * open again. False when `unlessHandled` and the group's inbox has the event: a member that was
   * given up on must not park what its successor has handled.
   */
  add(letter: NewDeadLetter, unlessHandled: boolean): Promise<boolean>
  /**
   * Those that are asked for and due, by topic, partition and offset; of those that park one key,
   * only the first.
   */
  requested(requests: Requests): Promise<RequestedLetter[]>
  /**
   * Changes it, its run's figures and its successor in one step; a discarded event counts as
   * handled from then on. False, and nothing has changed, when owner or state are not as given any
   * more. Asked again because its answer was lost, it changes nothing and is true once more.
   */
  move(letter: DeadLetter, move: Move): Promise<boolean>
}

/** What commands and monitors need. */
export interface CommandStore {
  /** By topic, partition and offset. */
  list(query: Query): Promise<DeadLetter[]>
  find(id: DeadLetterId): Promise<DeadLetter | undefined>
  /**
   * Asks for the action for all that the query finds, spread over time by the run's rate, and
   * remembers the run; answers how many there were.
   */
  request(query: Query, run: NewRun): Promise<number>
  /** Newest first. */
  runs(group: string, limit: number): Promise<RedriveRun[]>
  run(id: string): Promise<RedriveRun | undefined>
  /** One row a group that has something unended. */
  summary(): Promise<DeadLetterSummary[]>
  /** Forgets one bounded batch of what ended before; answers whether there may be more. */
  purge(endedBeforeMs: number): Promise<boolean>
}

export interface DeadLetterStore extends MemberStore, CommandStore {}
