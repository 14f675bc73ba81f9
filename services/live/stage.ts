// What the tests of the last mile stand on: readers that remember, and news to tell them.
import { systemClock } from 'sosik'
import type { Database } from 'sosik/postgres'
import { uuidv7 } from 'uuidv7'
import type { Gateway } from './gateway.ts'
import type { Live } from './index.ts'
import type { FrameSink, Unread } from './stream.ts'

/** A sink that remembers what was written; its reader takes everything unless it is told not to. */
export interface RememberedSink extends FrameSink {
  readonly text: () => string
  readonly frames: () => readonly string[]
  readonly ended: () => boolean
  readonly wasCut: () => boolean
  /** From now on so much is unread. */
  leave(unread: Partial<Unread>): void
}

export function rememberedSink(): RememberedSink {
  const frames: string[] = []
  let [hasEnded, wasCut] = [false, false]
  let unread: Unread = { frames: 0, bytes: 0, sinceMs: undefined }
  return {
    write: (text) => void frames.push(text),
    unread: () => unread,
    drained: async () => {},
    end() {
      hasEnded = true
    },
    cut() {
      hasEnded = true
      wasCut = true
    },
    text: () => frames.join(''),
    frames: () => frames,
    ended: () => hasEnded,
    wasCut: () => wasCut,
    leave(more) {
      unread = { ...unread, ...more }
    },
  }
}

export interface Reading extends RememberedSink {
  readonly streamId: string
  /** The numbers that `deliverNumber` told, as they came. */
  readonly numbers: () => number[]
  readonly leaves: () => void
}

export async function read(
  gateway: Gateway,
  userId: number,
  given: { readonly lastEventId?: string; readonly sessionId?: string } = {},
): Promise<Reading> {
  const sink = rememberedSink()
  const streamId = uuidv7()
  const { lastEventId, sessionId = 's' } = given
  const stream = await gateway.open({ userId, sessionId, streamId, lastEventId, sink })
  return {
    ...sink,
    streamId,
    numbers: () => [...sink.text().matchAll(/^data: .*"n":(\d+)/gm)].map(([, n]) => Number(n)),
    leaves: () => gateway.left(stream),
  }
}

/** Tells these people a number, as news of its own. */
export function deliverNumber(
  { delivery }: Pick<Live, 'delivery'>,
  database: Database,
  userIds: readonly number[],
  n: number,
): Promise<void> {
  const letters = userIds.map((userId) => ({ userId, type: 'news', title: '', data: { n } }))
  return database.transaction(async (tx) => delivery.deliver(tx, letters))
}

/** A process in which nothing goes wrong, everybody is signed in, and nobody in a large room. */
export const ORDINARY = {
  clock: systemClock,
  onError(error: Error) {
    throw error
  },
  livingSessions: async (_: unknown, ids: readonly string[]) => new Set(ids),
  largeRooms: async () => [],
  readersAmong: async () => [],
}
