// A rebuild: counts what the log holds anew, beside the counters, and puts it in their place.
import { analyticsGroup } from '@sosik/contract/analytics'
import { Problem } from '@sosik/contract/errors'
import { type Clock, type DomainEvent, type LogAdmin, readInbox } from 'sosik'
import type { Delivery } from 'sosik/catalogue'
import type { Database, Transaction } from 'sosik/postgres'
import type { EffectContext } from '../../service.ts'
import { type Counted, countersNext } from '../counters.ts'
import { analyticsHearing } from '../on.ts'
import { countDifferences, lockCounters, sinceOf, takePlace } from './place.ts'
import {
  beginReading,
  type Fold,
  type Folded,
  readOn,
  type Reading,
  RebuildFailure,
  wholeHourMs,
} from './reading.ts'
import {
  beginRun,
  endRun,
  noteProgress,
  readRun,
  type Run,
  RunLostError,
  type Status,
} from './run.ts'

export interface RebuildParts {
  readonly database: Database
  readonly admin: LogAdmin
  readonly clock: Clock
  readonly newId: () => string
  readonly onError: (error: Error) => void
}

export interface Rebuilds {
  /** Begins and answers at once; throws `rebuild_running` while another one runs anywhere. */
  start(dryRun: boolean): Promise<Status>
  status(): Promise<Status>
  stop(): Promise<void>
}

/** So few records since the pass before: the rest is read while nobody counts. */
const REST_RECORDS_MAX = 1_000
const PASSES_MAX = 20

const { signal } = new AbortController()
const DELIVERY: Delivery = { signal, attempt: 1, redrives: 0, isReplay: true }

export function createRebuilds(parts: RebuildParts): Rebuilds {
  const { database, newId } = parts
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    async start(dryRun) {
      const run = { id: newId(), dryRun }
      if (!(await beginRun(database, run))) throw new Problem('rebuild_running')
      const status = await readRun(database)
      running = rebuild(parts, run, stopping.signal)
      return status
    },
    status: () => readRun(database),
    stop() {
      stopping.abort(new RebuildFailure('The server that ran it was stopped.'))
      return running
    },
  }
}

/** Never rejects: how it ended stands in its row. */
async function rebuild(parts: RebuildParts, run: Run, signal: AbortSignal): Promise<void> {
  const { database, admin } = parts
  let reading: Reading | undefined
  try {
    const fold: Fold = (batch, progress) => {
      signal.throwIfAborted()
      return database.transaction((tx) => foldIn(tx, run, batch, progress))
    }
    reading = await beginReading(admin)
    for (let passes = 1; ; passes += 1) {
      const before = reading.records
      reading = await readOn(admin, reading, fold)
      if (passes > 1 && reading.records - before <= REST_RECORDS_MAX) break
      if (passes === PASSES_MAX) throw new RebuildFailure('The log grows faster than it is read.')
    }
    await finish(parts, run, reading)
  } catch (error) {
    if (error instanceof RunLostError) return
    const isOurs = error instanceof RebuildFailure
    if (!isOurs) parts.onError(error as Error)
    const failure = isOurs ? error.message : 'Something went wrong; the log of the server says it.'
    const { records = 0, counted = 0 } = reading ?? {}
    const end = { records, counted, differences: null, kept: [], failure }
    await endRun(database, run, { state: 'failed', ...end }).catch(parts.onError)
  }
}

/**
 * The counters stand still from the lock to the commit, so what the inbox says then is what they
 * hold: the same events are counted here, each once, and those that follow are counted in both.
 */
function finish(parts: RebuildParts, run: Run, before: Reading): Promise<void> {
  const { database, admin, clock } = parts
  return database.transaction(async (tx) => {
    await lockCounters(tx)
    const reading = await readOn(admin, before, (batch, progress) =>
      foldIn(tx, run, batch, progress),
    )
    const since = sinceOf(reading)
    const differences = await countDifferences(tx, since)
    if (!run.dryRun) await takePlace(tx, since)
    const { records, counted } = reading
    const kept = keptOf(reading, clock.nowMs())
    await endRun(tx, run, { state: 'done', records, counted, differences, kept, failure: null })
  })
}

/** What of the topics is not rebuilt; of one that holds nothing any more that is all until now. */
function keptOf({ wholeFromMs }: Reading, nowMs: number): Status['kept'] {
  return [...wholeFromMs].map(([topic, fromMs]) => ({
    topic,
    before: new Date(wholeHourMs(Math.min(fromMs, nowMs))).toISOString(),
  }))
}

/** Counts those that the group has handled, and that were not counted here before. */
async function foldIn(
  tx: Transaction,
  run: Run,
  batch: readonly DomainEvent[],
  progress: Pick<Reading, 'records' | 'counted'>,
): Promise<Folded> {
  await noteProgress(tx, run, progress)
  const counted: Counted[] = []
  const { handlers } = analyticsHearing({
    count: (_tx, one) => void counted.push(one),
    keepStatus: countersNext.keepStatus,
  })
  const heard = batch.filter(({ type }) => handlers[type] !== undefined)
  const inbox = await readInbox(
    tx,
    analyticsGroup.name,
    heard.map(({ id }) => id),
  )
  const handled = heard.filter(({ id }) => inbox.get(id)?.isGivenUp === false)
  const rows = await tx.query<{ event_id: string }>(
    `insert into analytics_seen_next select distinct * from unnest($1::text[])
     on conflict do nothing returning event_id`,
    [handled.map(({ id }) => id)],
  )
  const unseen = new Set(rows.map((row) => row.event_id))
  for (const event of handled) {
    const context: EffectContext & Delivery = { tx, ...DELIVERY }
    if (unseen.delete(event.id)) await handlers[event.type]?.(event, context)
  }
  if (counted.length > 0) await countersNext.add(tx, counted)
  return { counted: rows.length, pending: heard.filter(({ id }) => !inbox.has(id)) }
}
