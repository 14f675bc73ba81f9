// Takes what is unsent from the outbox to the log, in order per key, and marks it sent.
import { uuidv7 } from 'uuidv7'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import type { AppendResult, EventLog, NewRecord } from '../log/log.ts'
import type { Database } from '../postgres/sql.ts'
import { inboxPurge } from './inbox.ts'
import { giveLeaseUp, holdLease, LEASE_MS } from './lease.ts'
import type { Outbox } from './outbox.ts'

export interface RelayOptions {
  readonly database: Database
  readonly log: EventLog
  /** Its commits in this process wake the relay at once. */
  readonly outbox?: Outbox
  readonly clock?: Clock
}

export interface Relay {
  start(): void
  /** Finishes the batch in hand and gives the lease up. Idempotent. */
  stop(): Promise<void>
}

export const BATCH_ROWS_MAX = 1_000
export const POLL_BUSY_MS = 5
export const POLL_IDLE_MS = 250
const FAILURE_PAUSE_MS = 500
const LEASE_RENEWAL_MS = LEASE_MS / 3
/** How long sent rows stay, so that they can be published again. */
export const SENT_RETENTION_MS = 7 * 24 * 3_600_000
const PURGE_INTERVAL_MS = 60_000
const PURGE_ROWS_MAX = 5_000
const LEASE_NAME = 'relay'

interface Row {
  readonly id: number
  readonly topic: string
  readonly key: Uint8Array
  readonly event_type: string
  readonly value: Uint8Array
  readonly headers: readonly [string, string][]
}

const encoder = new TextEncoder()

export function createRelay(options: RelayOptions): Relay {
  const { database, log, clock = systemClock } = options
  const owner = uuidv7()
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let wake = () => {}
  let woken = false
  let leasedAtMs = Number.NEGATIVE_INFINITY
  let purgedAtMs = Number.NEGATIVE_INFINITY

  const unsubscribe = options.outbox?.onCommit(() => {
    woken = true
    wake()
  })

  async function run(): Promise<void> {
    let idleMs = POLL_BUSY_MS
    while (!stopping.signal.aborted) {
      woken = false
      const sent = await turn().catch((error: Error) => {
        diagnostics.trouble.publish({ part: 'relay', error })
        return 'failed' as const
      })
      if (sent === 'failed') await sleep(clock, FAILURE_PAUSE_MS, stopping.signal)
      else if (sent > 0) idleMs = POLL_BUSY_MS
      else {
        await pause(idleMs)
        idleMs = Math.min(idleMs * 2, POLL_IDLE_MS)
      }
    }
  }

  /** Publishes one batch; answers how many rows were sent, 0 also when another relay is at it. */
  async function turn(): Promise<number> {
    if (!(await leased())) return 0
    const rows = await database.query<Row>(
      `select id, topic, key, event_type, value, headers from outbox
       where sent_at is null order by id limit $1`,
      [BATCH_ROWS_MAX],
    )
    if (rows.length === 0) {
      await purge()
      return 0
    }
    const results = await log.append(rows.map(recordOf))
    const sent = rows.filter((_, at) => results[at]?.ok)
    await markSent(sent)
    const refused = results.find((result) => !result.ok)
    if (refused !== undefined) throw failureOf(refused)
    return sent.length
  }

  async function markSent(rows: readonly Row[]): Promise<void> {
    await database.query(
      'update outbox set sent_at = clock_timestamp() where id = any($1::bigint[])',
      [rows.map((row) => row.id)],
    )
    for (const row of rows) {
      diagnostics.published.publish({ topic: row.topic, type: row.event_type })
    }
  }

  async function leased(): Promise<boolean> {
    if (clock.nowMs() - leasedAtMs < LEASE_RENEWAL_MS) return true
    const askedAtMs = clock.nowMs()
    if (!(await holdLease(database, LEASE_NAME, owner))) return false
    leasedAtMs = askedAtMs
    return true
  }

  async function purge(): Promise<void> {
    const nowMs = clock.nowMs()
    if (nowMs - purgedAtMs < PURGE_INTERVAL_MS) return
    const deleted = await database.query(
      `delete from outbox where id in (
         select id from outbox where sent_at < $1 order by sent_at limit $2) returning 1`,
      [new Date(nowMs - SENT_RETENTION_MS), PURGE_ROWS_MAX],
    )
    const forgotten = await inboxPurge(database, new Date(nowMs))
    if (deleted.length < PURGE_ROWS_MAX && forgotten < PURGE_ROWS_MAX) purgedAtMs = nowMs
  }

  /** Ends early when a commit of this process stored something, also just before the pause. */
  async function pause(delayMs: number): Promise<void> {
    if (woken) return
    const waking = new AbortController()
    wake = () => waking.abort()
    await sleep(clock, delayMs, AbortSignal.any([waking.signal, stopping.signal]))
  }

  return {
    start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      unsubscribe?.()
      await running
      await giveLeaseUp(database, LEASE_NAME, owner)
    },
  }
}

function recordOf(row: Row): NewRecord {
  return {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: row.headers.map(([name, text]) => [name, encoder.encode(text)] as const),
  }
}

function failureOf(result: AppendResult): Error {
  return result.ok ? new Error('no failure') : result.error
}
