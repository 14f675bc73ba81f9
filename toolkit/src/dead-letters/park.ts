// Events behind a dead letter of their key: appended to the dead letter topic, in their order.
import { newsOf } from '../consumer/news.ts'
import { type PersistParts, persist } from '../consumer/persist.ts'
import { diagnostics } from '../diagnostics.ts'
import { readHeaders } from '../envelope/headers.ts'
import { KeyParkedError } from '../errors.ts'
import type { EventLog, LogRecord } from '../log/log.ts'
import { letterOf } from './letter.ts'

export interface ParkParts extends PersistParts {
  readonly log: EventLog
  readonly group: string
}

/** Records of one lane in one append; false when `signal` ended it before all were acknowledged. */
export async function parkRecords(
  parts: ParkParts,
  records: readonly LogRecord[],
  behind: bigint,
  signal: AbortSignal,
): Promise<boolean> {
  const { log, group, clock } = parts
  const error = new KeyParkedError(`It waits behind offset ${behind}.`)
  const reason = { group, error, firstError: error, attempts: 0 }
  const letters = records.map((record) => letterOf(record, reason, clock.nowMs()))
  // A refused letter refuses those behind it, so what is left always begins with it.
  const done = await persist(parts, signal, async () => {
    const results = await log.append(letters)
    const refused = results.find((result) => !result.ok)
    letters.splice(0, refused === undefined ? letters.length : results.indexOf(refused))
    if (refused !== undefined) throw refused.error
    return 'done'
  })
  if (done === undefined) return false
  if (diagnostics.parked.isHeard) {
    for (const record of records) {
      const type = readHeaders(record.headers).type ?? 'unknown'
      diagnostics.parked.publish(newsOf(record, group, type))
    }
  }
  return true
}
