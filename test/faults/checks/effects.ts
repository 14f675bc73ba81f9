// What each group owes each event: one effect, or one dead letter.
import { messenger } from '@sosik/contract/catalogue'
import type { History } from '../records/history.ts'
import type { Hears } from '../records/lines.ts'
import type { RecordRow } from '../records/truth.ts'

export const effectKey = (group: string, eventId: string): string => `${group} ${eventId}`

/** The event types that each group has a handler for, as the workers told it. */
export function hearsOf({ workers }: Pick<History, 'workers'>): Hears {
  const begins = workers.filter((line) => line.is === 'begin')
  return Object.fromEntries(begins.flatMap((line) => Object.entries(line.hears)))
}

/** The first record of each event, in the order of the log. */
export function firstRecords(records: readonly RecordRow[]): Map<string, RecordRow> {
  const first = new Map<string, RecordRow>()
  for (const row of records) {
    if (row.eventId !== undefined && !first.has(row.eventId)) first.set(row.eventId, row)
  }
  return first
}

/** Every group and event that have to do with each other. */
export function owed(history: History): { readonly group: string; readonly record: RecordRow }[] {
  const hears = hearsOf(history)
  const records = [...firstRecords(history.truth.records).values()]
  return messenger.groups.flatMap((group) => {
    const types = new Set(hears[group.name] ?? [])
    const topics = new Set<string>(group.topics.map((topic) => topic.name))
    return records
      .filter((row) => topics.has(row.topic) && row.type !== undefined && types.has(row.type))
      .map((record) => ({ group: group.name, record }))
  })
}

/** Events that a group was told to give up for good. */
export function discardedIn({ truth }: Pick<History, 'truth'>): ReadonlySet<string> {
  const discarded = truth.buried.filter((row) => row.state === 'discarded')
  return new Set(discarded.map(({ group, eventId }) => effectKey(group, eventId)))
}
