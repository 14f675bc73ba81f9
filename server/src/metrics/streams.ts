// The event streams of this process as Prometheus metrics.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Gateway } from '@sosik/services/live/index.ts'

/** What of a gateway is measured. */
export type StreamFigures = Pick<Gateway, 'streams' | 'counts'>

export function streamMetrics(registry: Registry, gateway: StreamFigures): void {
  const registers = [registry]
  const { ended, resyncs, refused, backlogs } = gateway.counts
  new Gauge({
    name: 'sosik_streams',
    help: 'Open event streams of this process',
    registers,
    collect() {
      this.set(gateway.streams)
    },
  })
  const counter = (
    name: string,
    help: string,
    label: string,
    counts: { entries(): readonly (readonly [string, number])[] },
  ) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset()
        for (const [value, count] of counts.entries()) this.inc({ [label]: value }, count)
      },
    })
  counter('sosik_streams_ended_total', 'Streams that ended, by reason', 'reason', ended)
  counter('sosik_streams_refused_total', 'Readers sent away at the door', 'reason', refused)
  counter('sosik_stream_resyncs_total', 'Readers sent to a snapshot, by reason', 'reason', resyncs)
  counter(
    'sosik_stream_backlogs_total',
    'Reads of missed news, from the cache or from the store',
    'source',
    backlogs,
  )
}
