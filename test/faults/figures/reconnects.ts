// How long a reader that comes back waits until its gap is filled.
import type { History } from '../records/history.ts'
import { atMost, type Figure, milliseconds, quantile } from './figure.ts'

const FILLED_MS_MAX = 2_000

interface Reconnect {
  readonly openedUs: number
  /** How far the line had come when it was answered. */
  head: number | undefined
}

export function reconnects(history: History): Figure[] {
  return [
    atMost(
      'reader back to gap filled, p99',
      quantile(filledMs(history), 0.99),
      FILLED_MS_MAX,
      milliseconds,
    ),
  ]
}

/** Only connections that were answered: whether a gateway is there is another question. */
function filledMs({ streams }: History): number[] {
  const waiting = new Map<number, Reconnect>()
  const last = new Map<number, number>()
  const filled: number[] = []
  for (const line of streams) {
    const { userId, atUs } = line
    if (line.is === 'opened' && line.from !== undefined) {
      waiting.set(userId, { openedUs: atUs, head: undefined })
    }
    if (line.is === 'closed') waiting.delete(userId)
    const reconnect = waiting.get(userId)
    if (line.is === 'ready' && reconnect !== undefined) reconnect.head = seqOf(line.head)
    if (line.is === 'news') last.set(userId, seqOf(line.cursor))
    if (reconnect?.head === undefined || (last.get(userId) ?? 0) < reconnect.head) continue
    filled.push((atUs - reconnect.openedUs) / 1_000)
    waiting.delete(userId)
  }
  return filled
}

const seqOf = (cursor: string): number => Number(cursor.split('.')[1])
