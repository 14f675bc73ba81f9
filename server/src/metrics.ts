// What the toolkit tells, as Prometheus metrics: rates by topic and type, dead letters, lag.
import { messenger } from '@sosik/contract/catalogue'
import { Counter, Gauge, Registry } from 'prom-client'
import { diagnostics, type Failed, groupLag, type Handled, type LogAdmin } from 'sosik'

export interface Metrics {
  /** Prometheus text; lag is read from the log at each call. */
  text(): Promise<string>
  readonly contentType: string
  stop(): void
}

/** Counts from now on. `streams` answers how many event streams are open here. */
export function collectMetrics(admin: LogAdmin, streams: () => number): Metrics {
  const registry = new Registry()
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
  const failures = new Counter({
    name: 'sosik_handler_failures_total',
    help: 'Attempts that failed and are tried again, by kind',
    labelNames: ['group', 'topic', 'type', 'kind'],
    registers,
  })
  const lag = new Gauge({
    name: 'kafka_consumergroup_lag',
    help: 'Records that a group has not handled yet',
    labelNames: ['consumergroup', 'topic', 'partition'],
    registers,
  })
  new Gauge({
    name: 'sosik_streams',
    help: 'Open event streams of this process',
    registers,
    collect() {
      this.set(streams())
    },
  })

  const count = (outcome: string) => (news: Handled) =>
    consumed.inc({ group: news.group, topic: news.topic, type: news.type, outcome })
  const fail = (kind: string) => (news: Failed) =>
    failures.inc({ group: news.group, topic: news.topic, type: news.type, kind })
  const ends = [
    diagnostics.published.on(({ topic, type }) => published.inc({ topic, type })),
    diagnostics.handled.on(count('handled')),
    diagnostics.skipped.on(count('skipped')),
    diagnostics.deadLettered.on(count('dead_lettered')),
    diagnostics.retried.on(fail('retried')),
    diagnostics.paused.on(fail('outage')),
  ]

  async function readLag(): Promise<void> {
    const rows = await Promise.all(messenger.groups.map((group) => groupLag(admin, group)))
    for (const row of rows.flat()) {
      const labels = { consumergroup: row.group, topic: row.topic, partition: row.partition }
      lag.set(labels, Number(row.lag))
    }
  }

  return {
    async text() {
      await readLag()
      return registry.metrics()
    },
    contentType: registry.contentType,
    stop: () => {
      for (const end of ends) end()
    },
  }
}
