// What a round of the law is played in: the messenger, on parts that can be made to fail.
import type { Client } from '@sosik/client'
import type { Database } from 'sosik/postgres'

/** Four people are a large room, and three are not: rooms of both kinds are in every play. */
export const LARGE_ROOM_MEMBERS = 3

/** Somebody who has never been there before. */
export interface Newcomer {
  readonly userId: number
  readonly client: Client
}

/** Numbers say how much, or which one, and count round what there is. */
export interface World {
  readonly database: Database
  /** How many commands are under way at the same time. */
  readonly commandsAtOnce: number
  /** How long what was said may be on its way, on the machine's own clock. */
  readonly settleMsMax: number
  /** What failed in this round, and is no part of the play. */
  readonly faults: unknown[]
  /** Seeds what the steps leave open. */
  begin(seed: number): Promise<void>
  newcomers(count: number): Promise<Newcomer[]>
  /** Lets some of what was said be heard. */
  hear(amount: number): Promise<void>
  /** How bells ring from now on. */
  bell(mood: number): Promise<void>
  /** A person's streams break: what is on its way is lost. */
  disconnect(userId: number): void
  /** A gateway is gone at once, and another process takes its place. */
  kill(gateway: number): Promise<void>
  /** Long enough for a heartbeat, where time can be made to pass. */
  pass(): Promise<void>
  /** Long enough for what has been read to be kept no longer, where time can be made to pass. */
  expire(): Promise<void>
  /** A moment, for sessions to take some of what has come. */
  pause(): Promise<void>
  /** Nothing fails any more; answers whether all that was said is heard. */
  calm(): Promise<boolean>
  /** Pauses between two looks at whether sessions have come up. */
  look(): Promise<void>
  end(): Promise<void>
  close(): Promise<void>
}
