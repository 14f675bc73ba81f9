// Who is online: a person with an open stream, or who did something lately. Only changes are told.
import type { Clock } from 'sosik'
import type { Caller } from '../service.ts'
import { createOnlineStatus, type OnlineStatusParts } from './online-status.ts'
import { ACTIVITY, deleteEndedLeases, deleteSessionLeases, holdLeases } from './presence-store.ts'
import { touchSessions } from './session-store.ts'
import { setPresenceHidden } from './store.ts'
import { createStreamLeases } from './stream-leases.ts'

export interface PresenceTiming {
  /** How long a request keeps its session online. */
  readonly activityMs: number
  /** How often at most a session's activity is written down. */
  readonly activityPauseMs: number
  /** How long an open stream counts without renewal, and how often it is renewed. */
  readonly streamMs: number
  readonly renewalMs: number
  /** How long a closed stream still counts: a reader that comes back was never away. */
  readonly graceMs: number
  /** How often those are looked for whose time is over. */
  readonly sweepMs: number
}

export const PRESENCE_TIMING: PresenceTiming = {
  activityMs: 300_000,
  activityPauseMs: 60_000,
  streamMs: 45_000,
  renewalMs: 15_000,
  graceMs: 10_000,
  sweepMs: 5000,
}

const SWEPT_ROWS_MAX = 1000

export interface PresenceParts extends OnlineStatusParts {
  readonly clock: Clock
  readonly timing: PresenceTiming
}

/** What the host tells. */
export interface Presence {
  readonly streamOpened: (caller: Caller, streamId: string) => Promise<void>
  readonly streamClosed: (streamId: string) => Promise<void>
  /** The caller did something; cheap to call at every request. */
  readonly active: (caller: Caller) => Promise<void>
}

/** What the service itself tells and asks for. */
export interface PresenceKeeper extends Presence {
  readonly sessionsEnded: (callers: readonly Caller[]) => Promise<void>
  /** From now on the person is offline to everybody, or as they are. */
  readonly hide: (userId: number, hidden: boolean) => Promise<void>
  /** Keeps the streams that are open here; to be called every `renewalMs`. */
  readonly renew: () => Promise<void>
  /** Takes those offline who have no lease any more, whichever process they were with. */
  readonly sweep: () => Promise<void>
  /** Lets the streams go and waits until everything is told. */
  readonly stop: () => Promise<void>
}

export function createPresence(parts: PresenceParts): PresenceKeeper {
  const { database, clock, timing } = parts
  const status = createOnlineStatus(parts)
  const streams = createStreamLeases({ database, status, timing, clock })
  const activeAtMs = new Map<string, number>()

  function forgetActivity(): void {
    const longAgoMs = clock.nowMs() - timing.activityPauseMs
    for (const [sessionId, atMs] of activeAtMs) {
      if (atMs <= longAgoMs) activeAtMs.delete(sessionId)
    }
  }

  return {
    streamOpened: streams.open,
    streamClosed: streams.close,
    async active({ sessionId }) {
      const beforeMs = activeAtMs.get(sessionId) ?? Number.NEGATIVE_INFINITY
      if (clock.nowMs() - beforeMs < timing.activityPauseMs) return
      activeAtMs.set(sessionId, clock.nowMs())
      const lease = { leaseId: `${ACTIVITY}${sessionId}`, sessionId }
      const now = new Date(clock.nowMs())
      await status.change(async (tx) => {
        await touchSessions(tx, [sessionId], now, timing.activityPauseMs)
        return holdLeases(tx, [lease], timing.activityMs)
      })
    },
    async sessionsEnded(callers) {
      const sessionIds = callers.map((caller) => caller.sessionId)
      await status.change((tx) => deleteSessionLeases(tx, sessionIds))
    },
    async hide(userId, hidden) {
      await status.change(async (tx) => {
        const isChanged = await setPresenceHidden(tx, userId, hidden)
        return isChanged ? [userId] : []
      })
    },
    renew: streams.renew,
    async sweep() {
      forgetActivity()
      let swept: number
      do swept = await status.change((tx) => deleteEndedLeases(tx, SWEPT_ROWS_MAX))
      while (swept === SWEPT_ROWS_MAX)
    },
    async stop() {
      await streams.closeAll()
      await status.told()
    },
  }
}
