// What is true at the end: the database's commands, events and effects, the log's records.

export interface MessageRow {
  readonly roomId: number
  readonly seq: number
  readonly messageId: string
  readonly userId: number
  readonly clientId: string
  readonly content: string
}

/** A row of the outbox: an event that was committed. */
export interface EventRow {
  /** Ascends in the order of commits within a key. */
  readonly id: number
  readonly eventId: string
  readonly topic: string
  readonly key: string
  readonly type: string
  readonly hash: string
  /**
   * The message's, the friendship's, the status message of a profile, the command of an edit, or
   * the room and the person of who comes or goes.
   */
  readonly subject: string
  /** Of a message in its room; of what happens to it later there is none. */
  readonly seq: number | undefined
  readonly isSent: boolean
}

export interface EffectRow {
  /** Ascends in the order of effects within a key. */
  readonly id: number
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly eventId: string
  readonly instance: string
  readonly ownership: number
  readonly redrives: number
}

/** One piece of news in a person's line. */
export interface NewsRow {
  readonly userId: number
  readonly seq: number
  readonly type: string
  readonly subject: string
  readonly roomId: number | undefined
}

/** A record as it lies in the log. */
export interface RecordRow {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly eventId: string | undefined
  readonly type: string | undefined
  readonly hash: string
}

/** A dead letter, by what its envelope says of the original. */
export interface DeadLetterRow {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly group: string
  readonly eventId: string
  readonly errorCode: string
  readonly attempts: number
}

/** A row of the index of dead letters. */
export interface BuriedRow {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly eventId: string
  readonly state: string
  readonly isEnded: boolean
}

export interface Truth {
  readonly epoch: string
  readonly messages: readonly MessageRow[]
  readonly readMarkers: readonly {
    readonly roomId: number
    readonly userId: number
    readonly seq: number
  }[]
  readonly friendships: readonly number[]
  readonly events: readonly EventRow[]
  readonly effects: readonly EffectRow[]
  readonly news: readonly NewsRow[]
  readonly records: readonly RecordRow[]
  readonly deadLetters: readonly DeadLetterRow[]
  readonly buried: readonly BuriedRow[]
  /** How often a marked record has ended its process. */
  readonly crashes: number
  /** What groups have committed, and where the topics end. */
  readonly positions: readonly {
    readonly group: string
    readonly topic: string
    readonly partition: number
    readonly committed: number
    readonly end: number
  }[]
  /** How many records Java's own console consumer counts over all topics. */
  readonly countedByJava: number
}
