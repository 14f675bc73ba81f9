// The index of dead letters in PostgreSQL, or in PGlite.
import type { Database } from '../postgres/sql.ts'
import { storable, storableJson } from '../postgres/storable.ts'
import type { DeadLetter, DeadLetterState } from './dead-letter.ts'
import { type DeadLetterRow, deadLetterOf, NEW_ROW, type RunRow, rowOf, runOf } from './rows.ts'
import {
  ADD,
  CLAIM,
  FOUND,
  MOVE,
  PURGE,
  REQUEST,
  REQUESTED,
  RUN_OF_ID,
  RUNS,
  SUMMARY,
} from './statements.ts'
import type { CommandStore, DeadLetterStore, MemberStore, Query } from './store.ts'

const PURGE_ROWS_MAX = 5_000

/** Its tables are `deadLetterMigrations`, beside the inbox of `outboxMigrations`. */
export function postgresDeadLetters(database: Database): DeadLetterStore {
  return { ...forMembers(database), ...forCommands(database) }
}

async function lettersOf(database: Database, text: string, values: readonly unknown[]) {
  return (await database.query<DeadLetterRow>(text, values)).map(deadLetterOf)
}

function forMembers(database: Database): MemberStore {
  return {
    claim: (group, partitions, owner) =>
      lettersOf(database, CLAIM, [group, ...columnsOf(partitions), owner]),
    async add(letter, unlessHandled) {
      const row = JSON.stringify({ ...rowOf(letter), ...NEW_ROW })
      return (await database.query(ADD, [row, unlessHandled])).length === 1
    },
    async requested(requests) {
      const { group, partitions, nowMs, limit } = requests
      const rows = await database.query<DeadLetterRow & { next_offset: number | null }>(REQUESTED, [
        group,
        ...columnsOf(partitions),
        new Date(nowMs),
        limit,
      ])
      return rows.map((row) => ({
        ...deadLetterOf(row),
        nextOffset: row.next_offset === null ? null : BigInt(row.next_offset),
      }))
    },
    async move(letter, { change, count, successor }) {
      const rows = await database.query(MOVE, [
        JSON.stringify(rowOf({ ...letter, ...change })),
        letter.state,
        count?.succeeded ?? 0,
        count?.failed ?? 0,
        count?.followers ?? 0,
        successor === undefined ? null : JSON.stringify({ ...rowOf(successor), ...NEW_ROW }),
      ])
      return rows.length === 1
    },
  }
}

function forCommands(database: Database): CommandStore {
  return {
    list: (query) => lettersOf(database, `select * ${FOUND}`, valuesOf(query)),
    async find({ group, topic, partition, offset }) {
      const text = `
        select * from dead_letter where consumer_group = $1 and topic = $2 and partition = $3
          and original_offset = $4`
      const [letter] = await lettersOf(database, text, [group, topic, partition, Number(offset)])
      return letter
    },
    async request(query, run) {
      const state: DeadLetterState = run.action === 'redrive' ? 'redriving' : 'discarding'
      const [row] = await database.query<{ selected: number }>(REQUEST, [
        ...valuesOf(query),
        state,
        run.id,
        new Date(run.requestedAtMs),
        run.ratePerSecond,
        run.action,
        storable(run.requestedBy),
        storableJson(run.selection),
        run.quarantined,
        run.cap,
      ])
      return row?.selected ?? 0
    },
    runs: async (group, limit) => (await database.query<RunRow>(RUNS, [group, limit])).map(runOf),
    run: async (id) => (await database.query<RunRow>(RUN_OF_ID, [id])).map(runOf)[0],
    async summary() {
      const rows = await database.query<SummaryRow>(SUMMARY)
      return rows.map((row) => ({
        group: row.consumer_group,
        unended: row.unended,
        parkedKeys: row.parked_keys,
        oldestParkedAtMs: row.parked_at?.getTime() ?? null,
        oldestOpenAtMs: row.open_at?.getTime() ?? null,
      }))
    },
    async purge(endedBeforeMs) {
      const values = [new Date(endedBeforeMs), PURGE_ROWS_MAX]
      return (await database.query(PURGE, values)).length === PURGE_ROWS_MAX
    },
  }
}

interface SummaryRow {
  readonly consumer_group: string
  readonly unended: number
  readonly parked_keys: number
  readonly parked_at: Date | null
  readonly open_at: Date | null
}

const columnsOf = (partitions: readonly Pick<DeadLetter, 'topic' | 'partition'>[]) => [
  partitions.map(({ topic }) => topic),
  partitions.map(({ partition }) => partition),
]

const instant = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))

/** `$1` to `$13` of what is found. */
function valuesOf({ group, states, selection, limit }: Query): unknown[] {
  const { type, key, errorCode, failedFromMs, failedBeforeMs, eventId } = selection
  const { topic, partition, offset } = selection
  return [
    group,
    states,
    type ?? null,
    key !== undefined,
    key ?? null,
    errorCode ?? null,
    instant(failedFromMs),
    instant(failedBeforeMs),
    eventId ?? null,
    topic ?? null,
    partition ?? null,
    offset === undefined ? null : Number(offset),
    limit,
  ]
}
