// How long a message takes from its command to a reader's stream, in quiet and beside faults.
import { POISON, SLOW_KEY } from '../nemesis/records.ts'
import { REDIS_DOWN } from '../nemesis/stores.ts'
import type { History } from '../records/history.ts'
import { markOf } from '../subject/marks.ts'
import { ABSENT, atMost, type Figure, milliseconds, quantile } from './figure.ts'
import { baseSpan, faultSpans, isIn, type Span } from './spans.ts'

interface Delivery {
  readonly askedUs: number
  readonly latencyMs: number
}

const NEIGHBOURS_RATIO_MAX = 2
const REDIS_DOWN_ADDED_MS_MAX = 2_000
/** It ends before the next measured scene begins. */
const POISON_WINDOW_US = 8_000_000

export function latencies(history: History): Figure[] {
  const all = deliveries(history)
  const base = p99In(all, baseSpan(history))
  const spans = faultSpans(history)
  const slow = spans.find((span) => span.kind === SLOW_KEY)
  const poison = spans.find((span) => span.kind === POISON)
  const redis = spans.find((span) => span.kind === REDIS_DOWN)
  const withPoison = poison && { fromUs: poison.fromUs, toUs: poison.fromUs + POISON_WINDOW_US }
  const added = redis === undefined ? undefined : Math.max(0, p99In(all, redis) - base)
  return [
    {
      name: 'command to stream in quiet, p50 and p99',
      value: Number.isNaN(base)
        ? ABSENT
        : `${milliseconds(quantileIn(all, baseSpan(history), 0.5))}, ${milliseconds(base)}`,
      limit: '',
      isMet: undefined,
    },
    beside('other keys’ p99 beside a slow key', slow && p99In(all, slow), base),
    beside('other keys’ p99 beside poison', withPoison && p99In(all, withPoison), base),
    atMost(
      'stream latency added while Redis is down, p99',
      added,
      REDIS_DOWN_ADDED_MS_MAX,
      milliseconds,
    ),
  ]
}

function beside(name: string, p99: number | undefined, base: number): Figure {
  const limit = `≤ ${NEIGHBOURS_RATIO_MAX} × quiet`
  if (p99 === undefined || Number.isNaN(p99))
    return { name, value: ABSENT, limit, isMet: undefined }
  const ratio = p99 / base
  const value = `${milliseconds(p99)}, ${ratio.toFixed(2)} × quiet`
  return { name, value, limit, isMet: ratio <= NEIGHBOURS_RATIO_MAX }
}

const p99In = (all: readonly Delivery[], span: Span): number => quantileIn(all, span, 0.99)

function quantileIn(all: readonly Delivery[], span: Span, share: number): number {
  const inside = all.filter((one) => isIn(span, one.askedUs))
  return quantile(
    inside.map((one) => one.latencyMs),
    share,
  )
}

/** Every message to every reader, but for the marked ones and those behind them in their room. */
function deliveries({ commands, streams, truth }: History): Delivery[] {
  const marked = new Set(
    truth.messages.filter(({ content }) => markOf({ content })).map((row) => row.roomId),
  )
  const askedUs = new Map<string, number>()
  for (const line of commands) if (line.is === 'invoke') askedUs.set(line.command, line.atUs)
  const byMessage = new Map<string, number>()
  for (const line of commands) {
    if (line.is !== 'ok') continue
    const at = askedUs.get(line.command)
    if (at !== undefined) byMessage.set(line.result.message_id ?? '', at)
  }
  return streams.flatMap((line) => {
    if (line.is !== 'news' || line.type !== 'message') return []
    if (line.roomId !== undefined && marked.has(line.roomId)) return []
    const asked = byMessage.get(line.subject)
    return asked === undefined ? [] : [{ askedUs: asked, latencyMs: (line.atUs - asked) / 1_000 }]
  })
}
