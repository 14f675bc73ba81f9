// What the outbox tells reaches Prometheus: what waits, what was refused, what was lost.
import assert from 'node:assert/strict'
import test from 'node:test'
import { applyTopics, diagnostics, memoryDeadLetters, planTopics, systemClock } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { messenger } from '@sosik/contract/catalogue'
import { streamCounts } from '@sosik/services/live/counts.ts'
import { collectMetrics } from './metrics.ts'

const STATUS = {
  unsent: 7,
  oldestUnsentMs: 1_500,
  heldKeys: 3,
  parkedKeys: 2,
  heldRows: 40,
  relays: 2,
  lastError: null,
}

test('the outbox is told as it stands, and what it lost and was refused is counted', async () => {
  const counts = streamCounts()
  const log = embeddedEventLog({ storage: memoryStorage() })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const metrics = collectMetrics({
    admin: log.admin,
    gateway: { streams: 3, counts },
    groups: messenger.groups,
    deadLetters: memoryDeadLetters(),
    outbox: { status: async () => STATUS },
    clock: systemClock,
  })
  counts.ended.add('slow')
  counts.ended.add('slow')
  counts.resyncs.add('too_old')
  const event = { topic: 'message.events', type: 'MessageSent' }
  const refused = { ...event, eventId: 'e1', error: new Error('too large') }
  diagnostics.publishRefused.publish({ ...refused, attempt: 1, isLast: false })
  diagnostics.publishRefused.publish({ ...refused, attempt: 2, isLast: true })
  diagnostics.leasesLost.publish({ owner: 'relay-1', buckets: 32 })
  diagnostics.published.publish(event)
  const text = await metrics.text()
  metrics.stop()
  await log.close()
  const labels = 'topic="message.events",type="MessageSent"'
  for (const line of [
    'sosik_outbox_unsent_rows 7',
    'sosik_outbox_oldest_unsent_age_seconds 1.5',
    'sosik_outbox_held_keys 3',
    'sosik_outbox_parked_keys 2',
    'sosik_outbox_held_rows 40',
    'sosik_outbox_relays 2',
    `sosik_outbox_refused_total{${labels},parked="false"} 1`,
    `sosik_outbox_refused_total{${labels},parked="true"} 1`,
    'sosik_outbox_leases_lost_total 32',
    `sosik_published_total{${labels}} 1`,
    'sosik_streams 3',
    'sosik_streams_ended_total{reason="slow"} 2',
    'sosik_stream_resyncs_total{reason="too_old"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is in\n${text}`)
  }
})

test('what a process does not work on it neither looks at nor tells', async () => {
  const log = embeddedEventLog({ storage: memoryStorage() })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const [told, untold] = messenger.groups
  const metrics = collectMetrics({
    admin: log.admin,
    gateway: { streams: 0, counts: streamCounts() },
    groups: messenger.groups.slice(0, 1),
    clock: systemClock,
  })
  const text = await metrics.text()
  metrics.stop()
  await log.close()
  assert.ok(text.includes(`kafka_consumergroup_lag_seconds{consumergroup="${told?.name}"} 0`))
  assert.ok(!text.includes(String(untold?.name)))
  assert.doesNotMatch(text, /sosik_outbox_|sosik_parked_keys/)
})
