// What the API and the outbox do while Kafka or Redis is away, and how fast the backlog goes after.
import { KAFKA_DOWN } from '../nemesis/brokers.ts'
import { REDIS_DOWN } from '../nemesis/stores.ts'
import type { History } from '../records/history.ts'
import type { ProbeLine, Stamp } from '../records/lines.ts'
import { ABSENT, atMost, type Figure } from './figure.ts'
import { faultSpans, isIn, type Span } from './spans.ts'

type Backlog = Extract<ProbeLine, { is: 'backlog' }> & Stamp

const DRAIN_RATIO_MIN = 3
/** So much of the backlog may be left: the load goes on meanwhile. */
const DRAINED_SHARE = 0.05

export function outages(history: History): Figure[] {
  const spans = faultSpans(history)
  const kafka = spans.find((span) => span.kind === KAFKA_DOWN)
  const redis = spans.find((span) => span.kind === REDIS_DOWN)
  return [
    atMost('API errors while Kafka is down', kafka && errorsIn(history, kafka), 0, String),
    atMost('API errors while Redis is down', redis && errorsIn(history, redis), 0, String),
    drain(history, kafka),
  ]
}

const errorsIn = ({ commands }: History, span: Span): number =>
  commands.filter((line) => line.is === 'info' && isIn(span, line.atUs)).length

function drain({ probes }: History, down: Span | undefined): Figure {
  const name = 'backlog drained after Kafka was down'
  const limit = `≥ ${DRAIN_RATIO_MIN} × input`
  const after = probes.filter(
    (line): line is Backlog =>
      line.is === 'backlog' && down !== undefined && line.atUs > down.fromUs,
  )
  const peak = after.reduce<Backlog | undefined>(
    (most, line) => (line.unsent > (most?.unsent ?? 0) ? line : most),
    undefined,
  )
  const end = after.find(
    (line) =>
      peak !== undefined && line.atUs > peak.atUs && line.unsent <= peak.unsent * DRAINED_SHARE,
  )
  if (peak === undefined || end === undefined || down === undefined) {
    return { name, value: ABSENT, limit, isMet: undefined }
  }
  const elapsedS = (end.atUs - peak.atUs) / 1e6
  const sent = peak.unsent - end.unsent + (end.written - peak.written)
  const [first] = after
  const inputRate =
    (peak.written - (first?.written ?? 0)) / ((peak.atUs - (first?.atUs ?? 0)) / 1e6)
  const ratio = sent / elapsedS / inputRate
  const value =
    `${peak.unsent} rows in ${elapsedS.toFixed(1)} s, ` +
    `${Math.round(sent / elapsedS)}/s = ${ratio.toFixed(1)} × input`
  return { name, value, limit, isMet: ratio >= DRAIN_RATIO_MIN }
}
