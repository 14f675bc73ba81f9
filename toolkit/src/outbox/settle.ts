// Writes into the outbox what the log answered: what lies is marked, what it never takes is held.
import { diagnostics } from '../diagnostics.ts'
import {
  errorCodeOf,
  LogRefusedError,
  RecordTooLargeError,
  StaleLeaseError,
  TopicMissingError,
} from '../errors.ts'
import type { AppendResult } from '../log/log.ts'
import type { DueRow, Lease, OutboxRow, Refusal, RelayStore } from './store.ts'

/** Rows of one lane, in their order, and the log's answer to each. */
export interface Landed {
  readonly rows: readonly OutboxRow[]
  readonly results: readonly AppendResult[]
  /** Of a held row: its tries, this one included. */
  readonly attempts?: number
}

/** Tries of a held row before its key waits for a person. */
export const ATTEMPTS_MAX = 5
const RETRY_DELAY_MS_MIN = 1_000

/** Throws `StaleLeaseError`, after all else, when another relay has taken some of it over. */
export async function settleLanded(
  store: RelayStore,
  leases: readonly Lease[],
  landed: readonly Landed[],
): Promise<void> {
  const runs = landed.filter(({ attempts }) => attempts === undefined)
  const missed = await settleRuns(store, leases, runs)
  for (const { rows, results, attempts } of landed) {
    const [row, result] = [rows[0], results[0]]
    if (attempts !== undefined && row && result) {
      await settleTry(store, leases, { row, attempts }, result)
    }
  }
  if (missed > 0) throw new StaleLeaseError(`${missed} rows.`)
}

/** Answers how many of the sent rows could not be marked. */
async function settleRuns(
  store: RelayStore,
  leases: readonly Lease[],
  runs: readonly Landed[],
): Promise<number> {
  const sent: OutboxRow[] = []
  const refusals: Refusal[] = []
  for (const { rows, results } of runs) {
    for (const [at, row] of rows.entries()) {
      const result = results[at]
      if (result?.ok) sent.push(row)
      else if (result && isFinal(result.error)) refusals.push(refusalOf(row, result.error))
    }
  }
  // Told once: in an outage every lane has the same to say.
  const outage = outageIn(runs.flatMap(({ results }) => results))
  if (outage) tellTrouble(outage)
  // Marked first: a key that is held has no row before the one that holds it.
  const ids = sent.map((row) => row.id)
  const marked = ids.length > 0 ? await store.markSent(leases, ids) : 0
  for (const row of sent) tellPublished(row)
  if (refusals.length > 0) await store.hold(leases, refusals)
  return sent.length - marked
}

async function settleTry(
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

const FINAL = [RecordTooLargeError, TopicMissingError, LogRefusedError]

const isFinal = (error: Error): boolean => FINAL.some((kind) => error instanceof kind)

/** The first failure that is neither a row's refusal nor caused by one before it. */
export function outageIn(results: readonly AppendResult[]): Error | undefined {
  const errors = results.flatMap((result) => (result.ok ? [] : [result.error]))
  const refusals = new Set<unknown>(errors.filter(isFinal))
  return errors.find((error) => !refusals.has(error) && !refusals.has(error.cause))
}

function refusalOf(row: OutboxRow, error: Error): Refusal {
  return { rowId: row.id, errorCode: errorCodeOf(error), error: error.message }
}

function tellPublished({ topic, eventType: type }: OutboxRow): void {
  diagnostics.published.publish({ topic, type })
}

export function tellTrouble(error: unknown): void {
  diagnostics.trouble.publish({ part: 'relay', error: error as Error })
}
