// What a relay has on its way to the log: a run for each lane, beside each other, settled together.
import { type Clock, sleep } from '../clock.ts'
import type { AppendResult, EventLog, NewRecord } from '../log/log.ts'
import { bucketOf } from './lanes.ts'
import { type Landed, outageIn, settleLanded } from './settle.ts'
import type { DueRow, Lease, OutboxRow, RelayStore } from './store.ts'

export interface FlightParts {
  readonly store: RelayStore
  readonly log: Pick<EventLog, 'append'>
  readonly clock: Clock
  /** Called when something can be settled, or a lane has rested. */
  readonly landed: () => void
  /** Called when the log was away, with what it said. */
  readonly away: (outage: Error) => void
  /** Ends the rest of lanes after an outage. */
  readonly signal: AbortSignal
}

export interface Flights {
  /** What is on its way or not settled yet. */
  readonly rows: number
  /** Of its values. */
  readonly bytes: number
  /** No other row of these lanes may be sent now. */
  readonly lanes: readonly number[]
  readonly buckets: ReadonlySet<number>
  /** Sends rows by id: those of one lane in one call, so that nothing overtakes. */
  launch(rows: readonly OutboxRow[]): void
  /** Sends held rows, each on its own: its refusal costs nobody else anything. */
  retry(due: readonly DueRow[]): void
  /**
   * Marks what lies in the log, holds back what is refused for good, and frees the lanes. Throws
   * `StaleLeaseError`, after all that, when another relay has taken some of it over.
   */
  settle(leases: readonly Lease[]): Promise<void>
}

/** How long a lane rests after the log was away. */
const OUTAGE_REST_MS = 500

export function createFlights(parts: FlightParts): Flights {
  const { store, log, clock, landed, away, signal } = parts
  /** How many rows each lane has on its way. */
  const busy = new Map<number, number>()
  let [rowsOut, bytesOut] = [0, 0]
  let waiting: Landed[] = []

  /** Negative when they are back. */
  function count(rows: readonly OutboxRow[], sign: 1 | -1): void {
    const lane = rows[0]?.lane ?? 0
    const inLane = (busy.get(lane) ?? 0) + sign * rows.length
    if (inLane > 0) busy.set(lane, inLane)
    else busy.delete(lane)
    rowsOut += sign * rows.length
    bytesOut += sign * rows.reduce((sum, { value }) => sum + value.length, 0)
  }

  function take(rows: readonly OutboxRow[], attempts?: number): void {
    count(rows, 1)
    const land = (results: readonly AppendResult[]) => {
      waiting.push({ rows, results, ...(attempts !== undefined && { attempts }) })
      landed()
    }
    log.append(rows.map(recordOf)).then(land, (error: unknown) => {
      land(rows.map(() => ({ ok: false, error: error as Error })))
    })
  }

  async function free({ rows, results }: Landed): Promise<void> {
    const outage = outageIn(results)
    if (outage === undefined) return count(rows, -1)
    away(outage)
    // Nothing of the lane may go out meanwhile, and the other lanes need not wait.
    await sleep(clock, OUTAGE_REST_MS, signal)
    count(rows, -1)
    landed()
  }

  return {
    get rows() {
      return rowsOut
    },
    get bytes() {
      return bytesOut
    },
    get lanes() {
      return [...busy.keys()]
    },
    get buckets() {
      return new Set([...busy.keys()].map(bucketOf))
    },
    launch(rows) {
      for (const run of Map.groupBy(rows, (row) => row.lane).values()) take(run)
    },
    retry(due) {
      for (const { row, attempts } of due) take([row], attempts)
    },
    async settle(leases) {
      const these = waiting
      waiting = []
      try {
        await settleLanded(store, leases, these)
      } finally {
        for (const flight of these) void free(flight)
      }
    },
  }
}

const encoder = new TextEncoder()

function recordOf(row: OutboxRow): NewRecord {
  return {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: row.headers.map(([name, text]) => [name, encoder.encode(text)] as const),
  }
}
