// Which faults come when: a seed's choice, with quiet stretches around what is measured. Pure.
import { type Random, shuffled } from '../random.ts'
import { KAFKA_DOWN } from './brokers.ts'
import type { Area, FaultKind, Scheduled } from './kind.ts'
import { kindOf } from './kinds.ts'
import { FAILING, FLAKY, POISON, SLOW_KEY } from './records.ts'
import { REDIS_DOWN } from './stores.ts'

export interface ScheduleOptions {
  readonly lengthMs: number
  readonly random: Random
  readonly kinds: readonly FaultKind[]
  /** From one fault to the next, on average. */
  readonly stepMs: number
}

/** Every process begins cold: so long, at that share of the rate, before anything is measured. */
export const WARM_UP = [
  { ms: 10_000, share: 0.4 },
  { ms: 12_000, share: 0.8 },
] as const
export const WARM_UP_MS = WARM_UP.reduce((sum, { ms }) => sum + ms, 0)
/**
 * The opening scenes, which latencies are measured in, have a part of the rate: beside a machine
 * that is at its limit a slow key would be nothing.
 */
export const OPENING_SHARE = 0.7
/** Before the first fault: the base that latencies are compared with. */
const BASE_MS = 20_000
const OPENING_MS = BASE_MS + 32_000
/** Kafka's outage, its start, and the drain that is measured: without any other fault. */
const KAFKA_DOWN_MS = 92_000
const QUIET_MS = 8_000
/** A run that is shorter has no room for the measured scenes. */
const SCENES_MS_MIN = 240_000
const STEP_SPREAD = 0.4

/** How long an area is left alone after a fault was healed. */
const REST_MS: Readonly<Record<Area, number>> = {
  brokers: 9_000,
  postgres: 8_000,
  redis: 4_000,
  api: 4_000,
  relay: 4_000,
  gateway: 3_000,
  workers: 5_000,
  records: 1_000,
}

/** How long the opening scenes take; a run that is too short for scenes has none. */
export const openingMsOf = (lengthMs: number): number => (lengthMs < SCENES_MS_MIN ? 0 : OPENING_MS)

/** Measured scenes at the begin and in the middle of a long run, faults of all kinds between. */
export function scheduleOf(options: ScheduleOptions): Scheduled[] {
  const { lengthMs, random, kinds } = options
  if (openingMsOf(lengthMs) === 0) return anyFaults(options, [[QUIET_MS, lengthMs - QUIET_MS]])
  const scene = (atMs: number, kind: string): Scheduled => ({
    atMs,
    kind,
    plan: kindOf(kind).plan(random),
  })
  // In the middle, so that what it leaves is handled while the load goes on.
  const downAtMs = Math.round((OPENING_MS + lengthMs - KAFKA_DOWN_MS) / 2)
  const opening = [
    scene(BASE_MS, SLOW_KEY),
    scene(BASE_MS + 12_000, POISON),
    scene(BASE_MS + 13_000, FLAKY),
    scene(BASE_MS + 14_000, FAILING),
    scene(BASE_MS + 15_000, POISON),
    scene(BASE_MS + 22_000, REDIS_DOWN),
  ]
  const others = { ...options, kinds: kinds.filter((kind) => kind.name !== KAFKA_DOWN) }
  return [
    ...opening,
    scene(downAtMs, KAFKA_DOWN),
    ...anyFaults(others, [
      [OPENING_MS, downAtMs - 2 * QUIET_MS],
      [downAtMs + KAFKA_DOWN_MS, lengthMs - 2 * QUIET_MS],
    ]),
  ]
}

/** Each kind in its turn, in a drawn order; none in an area where another one is at work. */
function anyFaults(
  { random, kinds, stepMs }: ScheduleOptions,
  spansMs: readonly (readonly [number, number])[],
): Scheduled[] {
  const chosen: Scheduled[] = []
  const busyUntilMs = new Map<Area, number>()
  let waiting: FaultKind[] = []
  for (const [fromMs, toMs] of spansMs) {
    for (let atMs = fromMs; atMs < toMs; ) {
      if (waiting.length === 0) waiting = shuffled(kinds, random)
      const next = waiting.find((kind) => (busyUntilMs.get(kind.area) ?? 0) <= atMs)
      if (next !== undefined) {
        waiting = waiting.filter((kind) => kind !== next)
        const plan = next.plan(random)
        chosen.push({ atMs: Math.round(atMs), kind: next.name, plan })
        busyUntilMs.set(next.area, atMs + plan.holdMs + REST_MS[next.area])
      }
      atMs += stepMs * (1 + STEP_SPREAD * (2 * random.next() - 1))
    }
  }
  return chosen
}
