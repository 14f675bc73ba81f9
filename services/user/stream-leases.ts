// The leases of the streams that are open in this process: taken, renewed together, let go.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import type { Caller } from '../service.ts'
import type { OnlineStatus } from './online-status.ts'
import { holdLeases, type Lease, renewLeases, shortenLeases } from './presence-store.ts'
import { touchSessions } from './session-store.ts'

/** How often at most it is written down that an open stream keeps its session in use. */
const USED_PAUSE_MS = 3_600_000

export interface StreamLeasesParts {
  readonly database: Database
  readonly status: OnlineStatus
  readonly clock: Clock
  /** How long a stream counts without renewal, and how long after it closed; milliseconds. */
  readonly timing: { readonly streamMs: number; readonly graceMs: number }
}

export interface StreamLeases {
  readonly open: (caller: Caller, streamId: string) => Promise<void>
  readonly close: (streamId: string) => Promise<void>
  readonly renew: () => Promise<void>
  readonly closeAll: () => Promise<void>
}

export function createStreamLeases(parts: StreamLeasesParts): StreamLeases {
  const { database, status, clock, timing } = parts
  /** Session by stream. */
  const streams = new Map<string, string>()

  const hold = (leases: readonly Lease[]) =>
    status.change((tx) => holdLeases(tx, leases, timing.streamMs))

  async function letGo(streamIds: readonly string[]): Promise<void> {
    if (streamIds.length > 0) await shortenLeases(database, streamIds, timing.graceMs)
  }

  /** A stream that closed while its lease was being written must not keep the longer one. */
  const letClosedGo = (leases: readonly Lease[]) =>
    letGo(leases.map((one) => one.leaseId).filter((streamId) => !streams.has(streamId)))

  return {
    async open({ sessionId }, streamId) {
      const leases = [{ leaseId: streamId, sessionId }]
      streams.set(streamId, sessionId)
      await hold(leases)
      await letClosedGo(leases)
    },
    async close(streamId) {
      if (streams.delete(streamId)) await letGo([streamId])
    },
    async renew() {
      const leases = Array.from(streams, ([leaseId, sessionId]) => ({ leaseId, sessionId }))
      if (leases.length === 0) return
      const leaseIds = leases.map((one) => one.leaseId)
      const renewed = await renewLeases(database, leaseIds, timing.streamMs)
      // Swept while this process was stalled: taken anew, and the person is back.
      const lapsed = leases.filter((one) => !renewed.has(one.leaseId))
      if (lapsed.length > 0) await hold(lapsed)
      await letClosedGo(leases)
      const sessionIds = [...new Set(leases.map((one) => one.sessionId))]
      await touchSessions(database, sessionIds, new Date(clock.nowMs()), USED_PAUSE_MS)
    },
    async closeAll() {
      const streamIds = [...streams.keys()]
      streams.clear()
      await letGo(streamIds)
    },
  }
}
