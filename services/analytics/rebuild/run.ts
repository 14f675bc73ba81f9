// The row that says how the latest rebuild goes, and that only one runs at a time, in any process.
import type { rebuildAnalytics } from '@sosik/contract/analytics'
import type { AnswerOf } from '@sosik/contract/route'
import type { Database, Sql, Transaction } from 'sosik/postgres'

export type Status = AnswerOf<typeof rebuildAnalytics>

export interface Run {
  readonly id: string
  readonly dryRun: boolean
}

/** A run that has not said for so long that it goes on is over. */
const RUN_SECONDS_MAX = 60
const UNTIL = `clock_timestamp() + ${RUN_SECONDS_MAX} * interval '1 second'`

/** Another run has begun since. */
export class RunLostError extends Error {
  constructor() {
    super('The rebuild was silent for too long, and another one has begun.')
    this.name = 'RunLostError'
  }
}

/** Empties what an earlier run has left beside the counters; false while another one runs. */
export function beginRun(database: Database, run: Run): Promise<boolean> {
  return database.transaction(async (tx) => {
    const begun = await tx.query(
      `insert into analytics_rebuild as latest (run_id, state, dry_run, until)
       values ($1, 'running', $2, ${UNTIL})
       on conflict (singleton) do update set run_id = excluded.run_id, state = excluded.state,
         dry_run = excluded.dry_run, until = excluded.until, begun_at = excluded.begun_at,
         ended_at = null, records = 0, counted = 0, differences = null, kept = '[]', failure = null
       where latest.state <> 'running' or latest.until < clock_timestamp()
       returning 1`,
      [run.id, run.dryRun],
    )
    if (begun.length === 0) return false
    await tx.query(
      `truncate analytics_count_next, analytics_room_next, analytics_room_hour_next,
         analytics_presence_next, analytics_online_next, analytics_seen_next`,
    )
    return true
  })
}

/** Throws `RunLostError` when the run is not the latest any more. */
export async function noteProgress(
  tx: Transaction,
  run: Run,
  { records, counted }: Pick<Status, 'records' | 'counted'>,
): Promise<void> {
  const noted = await tx.query(
    `update analytics_rebuild set records = $2, counted = $3, until = ${UNTIL}
     where run_id = $1 and state = 'running' returning 1`,
    [run.id, records, counted],
  )
  if (noted.length === 0) throw new RunLostError()
}

/** Says how a run has ended; nothing when another one has begun since. */
export async function endRun(
  sql: Sql,
  run: Run,
  end: Pick<Status, 'state' | 'records' | 'counted' | 'differences' | 'kept' | 'failure'>,
): Promise<void> {
  await sql.query(
    `update analytics_rebuild set state = $2, records = $3, counted = $4, differences = $5,
       kept = $6, failure = $7, ended_at = clock_timestamp()
     where run_id = $1 and state = 'running'`,
    [
      run.id,
      end.state,
      end.records,
      end.counted,
      end.differences,
      JSON.stringify(end.kept),
      end.failure,
    ],
  )
}

const NONE: Status = {
  state: 'none',
  dry_run: false,
  begun_at: null,
  ended_at: null,
  records: 0,
  counted: 0,
  differences: null,
  kept: [],
  failure: null,
}

/** A run whose process died counts as failed from the moment at which another may begin. */
export async function readRun(sql: Sql): Promise<Status> {
  type Row = Omit<Status, 'begun_at' | 'ended_at'> & {
    readonly begun_at: Date
    readonly ended_at: Date | null
    readonly is_dead: boolean
  }
  const [row] = await sql.query<Row>(
    `select state, dry_run, begun_at, ended_at, records, counted, differences, kept, failure,
       state = 'running' and until < clock_timestamp() as is_dead
     from analytics_rebuild`,
  )
  if (row === undefined) return NONE
  const { is_dead, begun_at, ended_at, ...rest } = row
  const times = { begun_at: begun_at.toISOString(), ended_at: ended_at?.toISOString() ?? null }
  if (!is_dead) return { ...rest, ...times }
  return { ...rest, ...times, state: 'failed', failure: 'The process that ran it is gone.' }
}
