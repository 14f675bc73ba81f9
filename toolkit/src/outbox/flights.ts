// What a relay has on its way to the log: a run for each lane, beside each other, settled together.
import { type Clock, sleep } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import {
  LogRefusedError,
  RecordTooLargeError,
  StaleLeaseError,
  TopicMissingError,
} from '../errors.ts'
import type { AppendResult, EventLog, NewRecord } from '../log/log.ts'
import { bucketOf } from './lanes.ts'
import type { DueRow, Lease, OutboxRow, Refusal, RelayStore } from './store.ts'

export interface FlightParts {
  readonly store: RelayStore
  readonly log: Pick<EventLog, 'append'>
  readonly clock: Clock
  /** Called when something can be settled. */
  readonly landed: () => void
  /** Ends the rest of lanes after an outage. */
  readonly signal: AbortSignal
}

export interface Flights {
  /** Rows on their way or not settled yet. */
  readonly rows: number
  /** No other row of these lanes may be sent now. */
  readonly lanes: readonly number[]
  readonly buckets: ReadonlySet<number>
  /** Sends rows by id: those of one lane in one call, so that nothing overtakes. */
  launch(rows: readonly OutboxRow[]): void
  /** Sends held rows, each on its own: its refusal costs nobody else anything. */
  retry(due: readonly DueRow[]): void
  /**
   * Marks what lies, holds back what is refused for good, and frees the lanes; answers how many
   * rows it was. Throws `StaleLeaseError` when another relay has taken some of them over.
   */
  settle(leases: readonly Lease[]): Promise<number>
}

/** Tries of a held row before its key waits for a person. */
export const ATTEMPTS_MAX = 5
const RETRY_DELAY_MS_MIN = 1_000
/** How long a lane rests after the log was away. */
const OUTAGE_REST_MS = 500

interface Landed {
  readonly rows: readonly OutboxRow[]
  readonly results: readonly AppendResult[]
  /** Of a held row: the attempts, this one included. */
  readonly attempts?: number
}

export function createFlights({ store, log, clock, landed, signal }: FlightParts): Flights {
  /** How many rows each lane has on its way. */
  const busy = new Map<number, number>()
  let waiting: Landed[] = []

  function take(rows: readonly OutboxRow[], attempts?: number): void {
    const lane = rows[0]?.lane ?? 0
    busy.set(lane, rows.length)
    const land = (results: readonly AppendResult[]) => {
      waiting.push({ rows, results, ...(attempts !== undefined && { attempts }) })
      landed()
    }
    log.append(rows.map(recordOf)).then(land, (error: unknown) => {
      land(rows.map(() => ({ ok: false, error: error as Error })))
    })
  }

  async function free(flight: Landed): Promise<void> {
    const isOutage = flight.results.some((result) => !result.ok && !isFinal(result.error))
    // Nothing of the lane may go out meanwhile, and the other lanes need not wait.
    if (isOutage) await sleep(clock, OUTAGE_REST_MS, signal)
    busy.delete(flight.rows[0]?.lane ?? 0)
    landed()
  }

  return {
    get rows() {
      return [...busy.values()].reduce((sum, rows) => sum + rows, 0)
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
      const flights = waiting
      waiting = []
      try {
        await settleRuns(
          store,
          leases,
          flights.filter(({ attempts }) => attempts === undefined),
        )
        for (const { rows, results, attempts = 0 } of flights) {
          const [row, result] = [rows[0], results[0]]
          if (attempts > 0 && row && result) {
            await settleRetry(store, leases, { row, attempts }, result)
          }
        }
      } finally {
        for (const flight of flights) void free(flight)
      }
      return flights.reduce((sum, { rows }) => sum + rows.length, 0)
    },
  }
}

async function settleRuns(
  store: RelayStore,
  leases: readonly Lease[],
  flights: readonly Landed[],
): Promise<void> {
  const sent: OutboxRow[] = []
  const refusals: Refusal[] = []
  for (const { rows, results } of flights) {
    for (const [at, row] of rows.entries()) {
      const result = results[at]
      if (result?.ok) sent.push(row)
      else if (result && isFinal(result.error)) refusals.push(refusalOf(row, result.error))
    }
    const away = results.find((result) => !result.ok && !isFinal(result.error))
    if (away?.ok === false) tellTrouble(away.error)
  }
  if (refusals.length > 0) await store.hold(leases, refusals)
  if (sent.length > 0) await mark(store, leases, sent)
}

async function settleRetry(
  store: RelayStore,
  leases: readonly Lease[],
  { row, attempts }: DueRow,
  result: AppendResult,
): Promise<void> {
  if (result.ok) {
    await store.sentHeld(leases, row.id)
    tellPublished(row)
  } else if (isFinal(result.error)) {
    const isLast = attempts >= ATTEMPTS_MAX
    const delayMs = isLast ? null : RETRY_DELAY_MS_MIN * 2 ** (attempts - 1)
    await store.refusedHeld(leases, refusalOf(row, result.error), delayMs)
    const { topic, eventType: type, eventId } = row
    const news = { topic, type, eventId, attempt: attempts, isLast, error: result.error }
    diagnostics.publishRefused.publish(news)
  } else {
    await store.uncountHeld(leases, row.id, RETRY_DELAY_MS_MIN)
    tellTrouble(result.error)
  }
}

async function mark(
  store: RelayStore,
  leases: readonly Lease[],
  rows: readonly OutboxRow[],
): Promise<void> {
  const ids = rows.map((row) => row.id)
  const marked = await store.markSent(leases, ids)
  for (const row of rows) tellPublished(row)
  if (marked < rows.length) throw new StaleLeaseError(`${rows.length - marked} rows.`)
}

const FINAL = [RecordTooLargeError, TopicMissingError, LogRefusedError]

/** Only the row's own refusal is of one of these kinds; those behind it have it as their cause. */
const isFinal = (error: Error): boolean => FINAL.some((kind) => error instanceof kind)

function refusalOf(row: OutboxRow, error: Error): Refusal {
  const errorCode = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return { rowId: row.id, errorCode, error: error.message }
}

function tellPublished({ topic, eventType: type }: OutboxRow): void {
  diagnostics.published.publish({ topic, type })
}

function tellTrouble(error: Error): void {
  diagnostics.trouble.publish({ part: 'relay', error })
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
