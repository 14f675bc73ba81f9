// The settings of one Kafka node, which is broker and controller at once; pure.
import { LOOPBACK, type Ports } from './ports.ts'
import type { BrokerCount } from './state.ts'

const INTERNAL_TOPIC_PARTITIONS = 6
const CLEANER_BUFFER_BYTES = 16 * 1024 * 1024

export interface BrokerPlan {
  /** Counts from 1. */
  readonly nodeId: number
  readonly brokerCount: BrokerCount
  readonly ports: Ports
  readonly logDir: string
  /** Notices a dead broker after 2 s instead of 9 s: for runs with faults. */
  readonly fastFailover: boolean
}

/** Settings whose default is made for hundreds of machines, at what fits one. */
const SMALL = {
  'offsets.topic.num.partitions': INTERNAL_TOPIC_PARTITIONS,
  'transaction.state.log.num.partitions': INTERNAL_TOPIC_PARTITIONS,
  'share.coordinator.state.topic.num.partitions': INTERNAL_TOPIC_PARTITIONS,
  'log.cleaner.dedupe.buffer.size': CLEANER_BUFFER_BYTES,
}

/** A member that died is noticed after 6 s; the lower bounds let a client ask for less. */
const GROUPS = {
  'group.initial.rebalance.delay.ms': 0,
  'group.consumer.min.heartbeat.interval.ms': 500,
  'group.consumer.heartbeat.interval.ms': 1_000,
  'group.consumer.min.session.timeout.ms': 3_000,
  'group.consumer.session.timeout.ms': 6_000,
}

const FAST_FAILOVER = {
  'broker.session.timeout.ms': 2_000,
  'broker.heartbeat.interval.ms': 300,
  'controller.quorum.election.timeout.ms': 600,
  'controller.quorum.fetch.timeout.ms': 1_000,
}

export function brokerSettings(plan: BrokerPlan): Record<string, string | number | boolean> {
  const { nodeId, brokerCount, ports } = plan
  const copiesInSyncMin = brokerCount === 1 ? 1 : 2
  const client = `PLAINTEXT://${LOOPBACK}:${ports.brokers[nodeId - 1]}`
  const controller = `CONTROLLER://${LOOPBACK}:${ports.controllers[nodeId - 1]}`
  const voters = ports.controllers.map((port, index) => `${index + 1}@${LOOPBACK}:${port}`)
  return {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': voters.join(','),
    listeners: `${client},${controller}`,
    'advertised.listeners': client,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': plan.logDir,
    'auto.create.topics.enable': false,
    'unclean.leader.election.enable': false,
    'default.replication.factor': brokerCount,
    'min.insync.replicas': copiesInSyncMin,
    'offsets.topic.replication.factor': brokerCount,
    'transaction.state.log.replication.factor': brokerCount,
    'transaction.state.log.min.isr': copiesInSyncMin,
    'share.coordinator.state.topic.replication.factor': brokerCount,
    'share.coordinator.state.topic.min.isr': copiesInSyncMin,
    ...SMALL,
    ...GROUPS,
    ...(plan.fastFailover ? FAST_FAILOVER : {}),
  }
}

/** The text of `server.properties`; a backslash is doubled, as Java reads it. */
export function brokerProperties(plan: BrokerPlan): string {
  return Object.entries(brokerSettings(plan))
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')
}
