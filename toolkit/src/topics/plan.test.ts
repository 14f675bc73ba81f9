// The topic plan: twelve topics from six, applied once, and never a change that breaks order.
import assert from 'node:assert/strict'
import test from 'node:test'
import { catalogue } from '../catalogue/catalogue.ts'
import { consumerGroup } from '../catalogue/group.ts'
import { days, hours, topic } from '../catalogue/topic.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import { TopicMissingError } from '../errors.ts'
import { groupLag } from '../monitor/lag.ts'
import { applyTopics, planTopics, requireTopics, topicSpecifications } from './plan.ts'

const orders = topic('orders', { partitions: 2, retentionMs: days(7), source: '/shop' })
const billing = consumerGroup('billing', { topics: [orders], afterDeadLetter: 'park' })
const shop = catalogue({ orders, billing })

const settings = (brokers: number) =>
  topicSpecifications([orders], brokers).map(({ name, partitions, replicationFactor, config }) => [
    name,
    partitions,
    replicationFactor,
    config['min.insync.replicas'],
    Number(config['retention.ms']) / days(1),
  ])

test('each topic has a dead letter topic; fewer than three brokers mean fewer replicas', () => {
  assert.deepEqual(settings(5), [
    ['orders', 2, 3, '2', 7],
    ['orders.dlq', 2, 3, '2', 30],
  ])
  assert.deepEqual(settings(2)[0], ['orders', 2, 2, '1', 7])
  assert.deepEqual(settings(1)[0], ['orders', 2, 1, '1', 7])
})

test('a plan creates what is missing, alters what it may, refuses the rest', async () => {
  const { admin, close } = embeddedEventLog({ storage: memoryStorage() })
  try {
    await assert.rejects(requireTopics(admin, shop), TopicMissingError)
    const first = await planTopics(admin, shop)
    assert.deepEqual(
      first.changes.map((change) => change.kind),
      ['create', 'create'],
    )
    await applyTopics(admin, first)
    await requireTopics(admin, shop)
    assert.deepEqual((await planTopics(admin, shop)).changes, [])

    const larger = topic('orders', { partitions: 6, retentionMs: hours(1), source: '/shop' })
    const changed = await planTopics(admin, catalogue({ larger }))
    assert.deepEqual(changed.changes.slice(0, 2), [
      { kind: 'refused', name: 'orders', setting: 'partitions', from: 2, to: 6 },
      { kind: 'alter', name: 'orders', setting: 'retention.ms', from: '604800000', to: '3600000' },
    ])
    await applyTopics(admin, changed)
    const [described] = await admin.describeTopics(['orders'])
    assert.equal(described?.config['retention.ms'], '3600000')
    assert.equal(described?.partitions, 2)
  } finally {
    await close()
  }
})

test('lag is the end less what is committed, and before a commit all that is there', async () => {
  const log = embeddedEventLog({ storage: memoryStorage() })
  try {
    await applyTopics(log.admin, await planTopics(log.admin, shop))
    const record = { topic: 'orders', partition: 1, key: null, value: null, headers: [] }
    await log.append([record, record, record])
    const lagOf = async () => (await groupLag(log.admin, billing)).map((one) => one.lag)
    assert.deepEqual(await lagOf(), [0n, 3n])
    await log.admin.alterCommitted('billing', [{ topic: 'orders', partition: 1, offset: 2n }])
    assert.deepEqual(await lagOf(), [0n, 1n])
  } finally {
    await log.close()
  }
})
