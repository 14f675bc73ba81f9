// A person's messenger, kept up to date: a snapshot, the events after it, and a new one if need be.
import type { Client } from './client.ts'
import { DISPLACED, eventStream, type StreamEvent } from './events.ts'
import { untilAnswered } from './pause.ts'
import { readOpenRoom, takeSnapshot, withMissing, withOlder } from './snapshot.ts'
import type { OpenRoom } from './state/messages.ts'
import { applyToState, EMPTY_STATE, type State, toRead } from './state/state.ts'

export interface FollowOptions {
  /** Called after each event that was taken, and without one after each snapshot. */
  readonly onChange?: (state: State, event: StreamEvent | undefined) => void
  /** Told whether the server is there: `true` once events come live, `false` when they stop. */
  readonly onConnection?: (isConnected: boolean) => void
  readonly signal?: AbortSignal
}

export interface Session {
  /** As of `cursor`; empty until `ready`. */
  readonly state: State
  /** The id of the last event that is in `state`, or where its snapshot began. */
  readonly cursor: string | undefined
  /** Resolves with the first snapshot. */
  readonly ready: Promise<void>
  /** Resolves after `close` or a `displaced`; rejects when the server refuses for good. */
  readonly ended: Promise<void>
  /** Shows the latest messages of a room. Rejects when it is not mine. */
  openRoom(roomId: number): Promise<void>
  /** Shows a page of messages more, before those of an open room. */
  readOlder(roomId: number): Promise<void>
  closeRoom(roomId: number): Promise<void>
  close(): void
}

/** Follows until it is closed or displaced, over lost connections and restarts of the server. */
export function followState(client: Client, options: FollowOptions = {}): Session {
  const closing = new AbortController()
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])])
  const ready = Promise.withResolvers<void>()
  const held = holdState(client, signal, options.onChange)
  const { inTurn } = held
  const { onConnection } = options
  const told = { signal, ...(onConnection && { onConnection }) }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      const lastEventId = await inTurn(held.begin)
      ready.resolve()
      for await (const event of eventStream(client.options, { lastEventId, ...told })) {
        if (event.type === 'resync') break
        await inTurn(() => held.take(event))
        if (event.type === DISPLACED) return
      }
    }
  }

  const ended = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  // Whoever does not look at the ends of sessions is not stopped by one.
  ended.catch(ready.reject)
  ready.promise.catch(() => {})
  return {
    get state() {
      return held.state()
    },
    get cursor() {
      return held.cursor()
    },
    ready: ready.promise,
    ended,
    openRoom: (roomId) =>
      held.changeOpen(roomId, async (open) => open ?? readOpenRoom(client, held.state(), roomId)),
    readOlder: (roomId) => held.changeOpen(roomId, async (open) => open && withOlder(client, open)),
    closeRoom: (roomId) => held.changeOpen(roomId, async () => undefined),
    close: () => closing.abort(),
  }
}

/** The state and its place in the line; they change one step after the other, in turn. */
function holdState(client: Client, signal: AbortSignal, onChange: FollowOptions['onChange']) {
  const inTurn = oneAtATime()
  let state = EMPTY_STATE
  let cursor: string | undefined

  const answered = <Answer>(ask: () => Promise<Answer>) =>
    untilAnswered(ask, signal, client.options.retryMsMax)

  function set(next: State, event?: StreamEvent): void {
    signal.throwIfAborted()
    state = next
    onChange?.(next, event)
  }

  return {
    inTurn,
    state: () => state,
    cursor: () => cursor,

    /** Takes a snapshot; answers its cursor. */
    async begin(): Promise<string> {
      const roomIds = state.open.map((one) => one.room_id)
      const snapshot = await answered(() => takeSnapshot(client, roomIds))
      cursor = snapshot.cursor
      set(snapshot.state)
      return snapshot.cursor
    },

    /** The next event waits for what this one needs: what is read is never older than the state. */
    async take(event: StreamEvent): Promise<void> {
      if (isKnown(event.id, cursor)) return
      const missing = toRead(state, event)
      const applied = applyToState(state, event)
      const next = await answered(() => withMissing(client, applied, missing))
      cursor = event.id ?? cursor
      set(next, event)
    },

    /** Changes an open room by what is read for it. */
    changeOpen: (roomId: number, change: (open?: OpenRoom) => Promise<OpenRoom | undefined>) =>
      inTurn(async () => {
        const open = state.open.find((one) => one.room_id === roomId)
        const changed = await answered(() => change(open))
        const others = state.open.filter((one) => one !== open)
        set({ ...state, open: changed ? [...others, changed] : others })
      }),
  }
}

/**
 * What came twice is taken once: an id is a place in one line, and in each of the large rooms,
 * `epoch.number~room.number`. Whoever is beyond in none of them is known.
 */
function isKnown(id: string | undefined, cursor: string | undefined): boolean {
  if (id === undefined || cursor === undefined) return false
  const known = placesOf(cursor)
  return [...placesOf(id)].every(([line, number]) => number <= (known.get(line) ?? -1))
}

const placesOf = (cursor: string): ReadonlyMap<string, number> =>
  new Map(
    cursor.split('~').map((place) => {
      const [line = '', number] = place.split('.')
      return [line, Number(number)] as const
    }),
  )

/** Works one after the other, in the order of the calls, whatever becomes of those before. */
function oneAtATime(): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
}
