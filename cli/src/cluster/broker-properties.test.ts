// The settings of a node, as Kafka reads them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerProperties, brokerSettings } from './broker-properties.ts'
import { portsFrom } from './ports.ts'

const three = {
  nodeId: 2,
  brokerCount: 3,
  ports: portsFrom(20_000, 3),
  logDir: '/data/kafka-2',
  fastFailover: false,
} as const
const one = { ...three, nodeId: 1, brokerCount: 1, ports: portsFrom(20_000, 1) } as const

test('a node of three listens on its own two ports, on loopback only', () => {
  const settings = brokerSettings(three)
  assert.equal(settings.listeners, 'PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20004')
  assert.equal(settings['advertised.listeners'], 'PLAINTEXT://127.0.0.1:20001')
  assert.equal(settings['node.id'], 2)
})

test('every node knows the same three voters', () => {
  const voters = '1@127.0.0.1:20003,2@127.0.0.1:20004,3@127.0.0.1:20005'
  for (const nodeId of [1, 2, 3]) {
    assert.equal(brokerSettings({ ...three, nodeId })['controller.quorum.voters'], voters)
  }
})

const copies = [
  'default.replication.factor',
  'offsets.topic.replication.factor',
  'transaction.state.log.replication.factor',
  'share.coordinator.state.topic.replication.factor',
]
const inSync = [
  'min.insync.replicas',
  'transaction.state.log.min.isr',
  'share.coordinator.state.topic.min.isr',
]

test('three nodes keep three copies, of which two must be in sync', () => {
  const settings = brokerSettings(three)
  for (const name of copies) assert.equal(settings[name], 3, name)
  for (const name of inSync) assert.equal(settings[name], 2, name)
})

test('one node asks for no copy that cannot exist', () => {
  const settings = brokerSettings(one)
  for (const name of [...copies, ...inSync]) assert.equal(settings[name], 1, name)
})

test('topics come from a plan, and no record is lost to an unclean leader', () => {
  const settings = brokerSettings(three)
  assert.equal(settings['auto.create.topics.enable'], false)
  assert.equal(settings['unclean.leader.election.enable'], false)
})

test('a dead group member is noticed after 6 s, with and without fast failover', () => {
  for (const fastFailover of [false, true]) {
    const settings = brokerSettings({ ...three, fastFailover })
    assert.equal(settings['group.consumer.session.timeout.ms'], 6_000)
    assert.equal(settings['group.consumer.heartbeat.interval.ms'], 1_000)
    assert.equal(settings['group.initial.rebalance.delay.ms'], 0)
  }
})

test('only fast failover shortens the time until a dead broker is noticed', () => {
  const fast = brokerSettings({ ...three, fastFailover: true })
  assert.equal(fast['broker.session.timeout.ms'], 2_000)
  assert.equal(fast['broker.heartbeat.interval.ms'], 300)
  assert.equal(fast['controller.quorum.election.timeout.ms'], 600)
  assert.equal(fast['controller.quorum.fetch.timeout.ms'], 1_000)
  assert.equal('broker.session.timeout.ms' in brokerSettings(three), false)
})

test('the file has one setting a line, with backslashes doubled', () => {
  const text = brokerProperties({ ...three, logDir: 'C:\\data' })
  assert.match(text, /^log\.dirs=C:\\\\data$/m)
  assert.match(text, /^process\.roles=broker,controller$/m)
  for (const line of text.trimEnd().split('\n')) assert.match(line, /^[a-z.]+=.+$/)
})
