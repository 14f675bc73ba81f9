// Who is online: a person with an open stream, or who did something lately. Only changes are told.
import { UserOnlineStatusChanged } from '@sosik/contract/user'
import type { Clock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import type { Database } from 'sosik/postgres'
import type { Caller } from '../service.ts'
import {
  becomeOffline,
  becomeOnline,
  endSessionPresence,
  forgetLeases,
  holdPresence,
  renewPresence,
  type Status,
} from './presence-store.ts'

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
}

const PRESENCE_TIMING: PresenceTiming = {
  activityMs: 300_000,
  activityPauseMs: 60_000,
  streamMs: 45_000,
  renewalMs: 5_000,
  graceMs: 10_000,
}

export interface PresenceParts {
  readonly database: Database
  /** Straight to the log: a lost change is made up for by the next one. */
  readonly publish: (event: NewEvent) => Promise<unknown>
  readonly clock: Clock
  readonly onError: (error: Error) => void
  readonly timing?: PresenceTiming
}

export interface Presence {
  streamOpened(caller: Caller, streamId: string): Promise<void>
  streamClosed(streamId: string): Promise<void>
  /** The caller did something; cheap to call at every request. */
  active(caller: Caller): Promise<void>
  sessionEnded(sessionId: string): Promise<void>
  start(): void
  stop(): Promise<void>
}

export function createPresence(parts: PresenceParts): Presence {
  const { database, publish, clock, onError, timing = PRESENCE_TIMING } = parts
  const streams = new Map<string, Caller>()
  const activeAtMs = new Map<string, number>()
  let cancel = () => {}
  let turning: Promise<void> = Promise.resolve()
  let stopped = false

  async function tell(changes: readonly (Status | undefined)[]): Promise<void> {
    for (const change of changes) {
      if (change === undefined) continue
      const { user_id, is_online, last_seen_at } = change
      const timestamp = last_seen_at.toISOString()
      await publish(UserOnlineStatusChanged.of({ user_id, is_online, timestamp })).catch(onError)
    }
  }

  async function hold(leaseId: string, caller: Caller, lastsMs: number): Promise<void> {
    await holdPresence(database, leaseId, caller, lastsMs)
    await tell([await becomeOnline(database, caller.userId)])
  }

  async function turn(): Promise<void> {
    await renewPresence(database, [...streams.keys()], timing.streamMs)
    await tell(await becomeOffline(database))
    await forgetLeases(database)
    const longAgoMs = clock.nowMs() - timing.activityPauseMs
    forgetBefore(activeAtMs, longAgoMs)
  }

  function schedule(): void {
    cancel = clock.after(timing.renewalMs, () => {
      turning = turn()
        .catch(onError)
        .then(() => {
          if (!stopped) schedule()
        })
    })
  }

  return {
    async streamOpened(caller, streamId) {
      streams.set(streamId, caller)
      await hold(streamId, caller, timing.streamMs)
    },
    async streamClosed(streamId) {
      if (streams.delete(streamId)) await renewPresence(database, [streamId], timing.graceMs)
    },
    async active(caller) {
      const beforeMs = activeAtMs.get(caller.sessionId) ?? Number.NEGATIVE_INFINITY
      if (clock.nowMs() - beforeMs < timing.activityPauseMs) return
      activeAtMs.set(caller.sessionId, clock.nowMs())
      await hold(`activity/${caller.sessionId}`, caller, timing.activityMs)
    },
    async sessionEnded(sessionId) {
      activeAtMs.delete(sessionId)
      for (const [streamId, caller] of streams) {
        if (caller.sessionId === sessionId) streams.delete(streamId)
      }
      await endSessionPresence(database, sessionId)
      await tell(await becomeOffline(database))
    },
    start: schedule,
    async stop() {
      stopped = true
      cancel()
      await turning
    },
  }
}

function forgetBefore(atMs: Map<string, number>, longAgoMs: number): void {
  for (const [name, ms] of atMs) if (ms < longAgoMs) atMs.delete(name)
}
