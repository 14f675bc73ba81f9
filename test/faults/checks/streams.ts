// A reader is told its line as the database has it: dense, in order, and nothing of foreign rooms.
import type { History } from '../records/history.ts'
import type { NewsRow } from '../records/truth.ts'
import type { Check } from './check.ts'

export const streams: Check = {
  name: 'SSE',
  failsWhen: 'a stream has a gap without a resync, goes back, or tells what is not in the line',
  run(history) {
    const { truth, streams: lines } = history
    const stored = new Map(truth.news.map((row) => [`${row.userId}/${row.seq}`, row]))
    const members = everMembers(history)
    const last = new Map<number, number>()
    const violations: string[] = []
    let looked = 0
    for (const line of lines) {
      if (line.is === 'resync') {
        // The stand keeps everything: there is no reason to lose one's place.
        violations.push(`reader ${line.userId} was sent to ${line.head} to start anew`)
        last.set(line.userId, seqOf(line.head))
      }
      if (line.is === 'ready' && !last.has(line.userId)) last.set(line.userId, seqOf(line.head))
      if (line.is !== 'news') continue
      looked += 1
      const seq = seqOf(line.cursor)
      const before = last.get(line.userId) ?? 0
      if (seq !== before + 1) violations.push(`reader ${line.userId}: ${seq} after ${before}`)
      last.set(line.userId, seq)
      const row = stored.get(`${line.userId}/${seq}`)
      if (!isSame(row, line))
        violations.push(`reader ${line.userId}: ${seq} is not as it is stored`)
      if (line.roomId !== undefined && !members.has(`${line.roomId}/${line.userId}`)) {
        violations.push(`reader ${line.userId} was told of room ${line.roomId}, not theirs`)
      }
    }
    return { looked, violations: [...violations, ...doubleNews(history), ...hiddenNews(history)] }
  },
}

const seqOf = (cursor: string): number => Number(cursor.split('.')[1])

function isSame(
  row: NewsRow | undefined,
  line: { readonly type: string; readonly subject: string },
): boolean {
  return row?.type === line.type && row.subject === line.subject
}

/** A message stands once in each line: a dense line could still tell it twice. */
function doubleNews({ truth }: History): string[] {
  const seen = new Set<string>()
  const violations: string[] = []
  for (const { userId, type, subject, seq } of truth.news) {
    if (type !== 'message') continue
    const key = `${userId} ${subject}`
    if (seen.has(key)) violations.push(`line ${userId}: message ${subject} again at ${seq}`)
    seen.add(key)
  }
  return violations
}

/** Who is in a room, or was. */
function everMembers({ truth, commands }: History): ReadonlySet<string> {
  const now = truth.readMarkers.map((row) => `${row.roomId}/${row.userId}`)
  const guests = commands.flatMap((line) =>
    line.is === 'invoke' && line.guestId !== undefined ? [`${line.roomId}/${line.guestId}`] : [],
  )
  return new Set([...now, ...guests])
}

/** What was said while somebody was away. */
function hiddenNews({ truth, commands }: History): string[] {
  const hidden = new Map<string, number>()
  for (const line of commands) {
    if (line.is === 'invoke' && line.hiddenFromId !== undefined) {
      hidden.set(line.command, line.hiddenFromId)
    }
  }
  const from = new Map(truth.messages.map((row) => [row.messageId, hidden.get(row.clientId)]))
  return truth.news
    .filter(({ userId, subject }) => from.get(subject) === userId)
    .map(({ userId, subject, seq }) => `line ${userId}: message ${subject} at ${seq} is not theirs`)
}
