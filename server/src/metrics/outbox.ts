// The outbox as Prometheus metrics: what waits, what is held up, what the log refuses.
import { Counter, Gauge, type Registry } from 'prom-client'
import { diagnostics, type OutboxStore } from 'sosik'

export interface OutboxMetrics {
  /** Sets the gauges by one look at the database, which counts no further than a bound. */
  read(): Promise<void>
  stop(): void
}

const MS_PER_SECOND = 1_000

export function outboxMetrics(
  registry: Registry,
  outbox: Pick<OutboxStore, 'status'>,
): OutboxMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `sosik_outbox_${name}`, help, registers })
  const unsent = gauge('unsent_rows', 'Rows that wait to be published, 50000 for so many or more')
  const oldest = gauge('oldest_unsent_age_seconds', 'How long the oldest of them has waited')
  const heldRows = gauge('held_rows', 'Rows that wait behind one that the log refused')
  const heldKeys = gauge('held_keys', 'Keys whose next row the log refused')
  const parkedKeys = gauge('parked_keys', 'Of them those that wait for a person')
  const relays = gauge('relays', 'Relays that share the keys')
  const refused = new Counter({
    name: 'sosik_outbox_refused_total',
    help: 'Tries of held rows that the log refused; with parked="true" the last one of its key',
    labelNames: ['topic', 'type', 'parked'],
    registers,
  })
  const leasesLost = new Counter({
    name: 'sosik_outbox_leases_lost_total',
    help: 'Buckets that other relays have had because the relay here was away for too long',
    registers,
  })
  const ends = [
    diagnostics.publishRefused.on(({ topic, type, isLast }) => {
      refused.inc({ topic, type, parked: String(isLast) })
    }),
    diagnostics.leasesLost.on(({ buckets }) => leasesLost.inc(buckets)),
  ]
  return {
    async read() {
      const status = await outbox.status()
      unsent.set(status.unsent)
      oldest.set(status.oldestUnsentMs / MS_PER_SECOND)
      heldRows.set(status.heldRows)
      heldKeys.set(status.heldKeys)
      parkedKeys.set(status.parkedKeys)
      relays.set(status.relays)
    },
    stop() {
      for (const end of ends) end()
    },
  }
}
