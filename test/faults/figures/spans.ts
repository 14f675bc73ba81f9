// Stretches of a run: when a fault was at work, and when nothing was.
import { WARM_UP_MS } from '../nemesis/schedule.ts'
import type { History } from '../records/history.ts'

export interface Span {
  readonly fromUs: number
  readonly toUs: number
}

export interface FaultSpan extends Span {
  readonly kind: string
  readonly target: string
}

export const isIn = (span: Span, atUs: number): boolean => atUs >= span.fromUs && atUs <= span.toUs

/** Each fault from its begin to the end of its healing. */
export function faultSpans({ nemesis }: Pick<History, 'nemesis'>): FaultSpan[] {
  const ends = new Map(
    nemesis.flatMap((line) => (line.is === 'end' ? [[line.number, line] as const] : [])),
  )
  return nemesis.flatMap((line) => {
    if (line.is !== 'start') return []
    const end = ends.get(line.number)
    const { kind, atUs: fromUs } = line
    return [{ kind, target: end?.target ?? line.target, fromUs, toUs: end?.atUs ?? fromUs }]
  })
}

/** What piled up in the warm-up is gone by then. */
const WARM_UP_US = (WARM_UP_MS + 5_000) * 1_000

/** From the warm end of the beginning to the first fault. */
export function baseSpan(history: Pick<History, 'nemesis' | 'commands'>): Span {
  const [first] = faultSpans(history).sort((left, right) => left.fromUs - right.fromUs)
  const begin = history.commands.find((line) => line.is === 'invoke')?.atUs ?? 0
  return { fromUs: begin + WARM_UP_US, toUs: first?.fromUs ?? Number.POSITIVE_INFINITY }
}
