// What the toolkit tells, as Prometheus metrics: rates, dead letters, lag, and the outbox.
import { Counter, Gauge, Registry } from 'prom-client'
import {
  type Clock,
  type DeadLetterStore,
  diagnostics,
  type Failed,
  groupLag,
  type Handled,
  lagAgeMs,
  type LogAdmin,
  type OutboxStore,
} from 'sosik'
import type { ConsumerGroup } from 'sosik/catalogue'
import { outboxMetrics } from './outbox.ts'
import { type StreamFigures, streamMetrics } from './streams.ts'

/** What is measured under one name. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly kind: string
}

export interface Metrics {
  readonly families: readonly MetricFamily[]
  /** Prometheus text; lag is read from the log at each call. */
  text(): Promise<string>
  readonly contentType: string
  stop(): void
}

export interface MetricsParts {
  readonly admin: LogAdmin
  readonly gateway: StreamFigures
  /** Whose lag and dead letters are told. */
  readonly groups: readonly ConsumerGroup[]
  /** Left out where others tell of them. */
  readonly deadLetters?: Pick<DeadLetterStore, 'summary'>
  readonly outbox?: Pick<OutboxStore, 'status'>
  readonly clock: Clock
}

/** Counts from now on. */
export function collectMetrics(parts: MetricsParts): Metrics {
  const { gateway, deadLetters, outbox } = parts
  const registry = new Registry()
  const readLag = lagGauges(registry, parts)
  const readDeadLetters = deadLetters && deadLetterGauges(registry, parts, deadLetters)
  const outboxes = outbox && outboxMetrics(registry, outbox)
  const registers = [registry]
  const published = new Counter({
    name: 'sosik_published_total',
    help: 'Events that the log has acknowledged',
    labelNames: ['topic', 'type'],
    registers,
  })
  const consumed = new Counter({
    name: 'sosik_consumed_total',
    help: 'Records that a group is done with, by outcome',
    labelNames: ['group', 'topic', 'type', 'outcome'],
    registers,
  })
  streamMetrics(registry, gateway)

  const count = (outcome: string) => (news: Handled) =>
    consumed.inc({ group: news.group, topic: news.topic, type: news.type, outcome })
  const ends = [
    diagnostics.published.on(({ topic, type }) => published.inc({ topic, type })),
    diagnostics.handled.on(count('handled')),
    diagnostics.skipped.on(count('skipped')),
    diagnostics.deadLettered.on(count('dead_lettered')),
    diagnostics.parked.on(count('parked')),
    ...watchFailures(registry),
    ...(outboxes ? [outboxes.stop] : []),
  ]

  return {
    families: registry.getMetricsAsArray().map((metric) => ({
      name: metric.name,
      help: metric.help,
      kind: metric instanceof Counter ? 'counter' : 'gauge',
    })),
    async text() {
      await Promise.all([readLag(), readDeadLetters?.(), outboxes?.read()])
      return registry.metrics()
    },
    contentType: registry.contentType,
    stop: () => {
      for (const end of ends) end()
    },
  }
}

const MS_PER_SECOND = 1_000

/** Answers what sets them: each group has a value, 0 where nothing waits. */
function deadLetterGauges(
  registry: Registry,
  { groups, clock }: MetricsParts,
  deadLetters: Pick<DeadLetterStore, 'summary'>,
): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['group'], registers: [registry] })
  const parkedKeys = gauge('sosik_parked_keys', 'Keys whose events wait behind a dead letter')
  const parkedAge = gauge('sosik_oldest_parked_key_age_seconds', 'How long a key has waited')
  const openAge = gauge(
    'sosik_oldest_open_dead_letter_age_seconds',
    'How long a dead letter has waited for somebody to ask for something',
  )
  return async () => {
    const rows = new Map((await deadLetters.summary()).map((row) => [row.group, row]))
    const nowMs = clock.nowMs()
    const age = (sinceMs: number | null = null) =>
      sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs) / MS_PER_SECOND
    for (const { name: group } of groups) {
      const row = rows.get(group)
      parkedKeys.set({ group }, row?.parkedKeys ?? 0)
      parkedAge.set({ group }, age(row?.oldestParkedAtMs))
      openAge.set({ group }, age(row?.oldestOpenAtMs))
    }
  }
}

/** What goes wrong on the way to a handled record; answers how to stop counting. */
function watchFailures(registry: Registry): (() => void)[] {
  const failures = new Counter({
    name: 'sosik_handler_failures_total',
    help: 'Attempts that failed and are tried again, by kind',
    labelNames: ['group', 'topic', 'type', 'kind'],
    registers: [registry],
  })
  const breakerOpen = new Gauge({
    name: 'sosik_breaker_open',
    help: '1 while a group of this process waits for an outage or a flood of failures to end',
    labelNames: ['group'],
    registers: [registry],
  })
  const probes = new Counter({
    name: 'sosik_breaker_probes_total',
    help: 'Records that were let through an open breaker',
    labelNames: ['group', 'cause'],
    registers: [registry],
  })
  const startsNoted = new Counter({
    name: 'sosik_starts_noted_total',
    help: 'Records whose start was written before, after an unclean end',
    labelNames: ['group', 'alone'],
    registers: [registry],
  })
  const fail = (kind: string) => (news: Failed) =>
    failures.inc({ group: news.group, topic: news.topic, type: news.type, kind })
  return [
    diagnostics.retried.on(fail('retried')),
    diagnostics.paused.on(fail('outage')),
    diagnostics.breaker.on(({ group, state, cause }) => {
      breakerOpen.set({ group }, state === 'closed' ? 0 : 1)
      if (state === 'probed') probes.inc({ group, ...(cause && { cause }) })
    }),
    diagnostics.startsNoted.on(({ group, records, isAlone }) =>
      startsNoted.inc({ group, alone: String(isAlone) }, records),
    ),
  ]
}

/** Answers what sets them. */
function lagGauges(
  registry: Registry,
  { admin, groups, clock }: MetricsParts,
): () => Promise<void> {
  const lag = new Gauge({
    name: 'kafka_consumergroup_lag',
    help: 'Records that a group has not handled yet',
    labelNames: ['consumergroup', 'topic', 'partition'],
    registers: [registry],
  })
  const lagAge = new Gauge({
    name: 'kafka_consumergroup_lag_seconds',
    help: 'Age of the oldest record that a group has not handled yet',
    labelNames: ['consumergroup'],
    registers: [registry],
  })
  const readGroup = async (group: ConsumerGroup) => {
    const rows = await groupLag(admin, group)
    for (const row of rows) {
      const labels = { consumergroup: row.group, topic: row.topic, partition: row.partition }
      lag.set(labels, Number(row.lag))
    }
    const ageMs = await lagAgeMs(admin, rows, clock.nowMs())
    lagAge.set({ consumergroup: group.name }, ageMs / MS_PER_SECOND)
  }
  return async () => {
    await Promise.all(groups.map(readGroup))
  }
}
